import { deflate, deflateSync, inflate, inflateSync } from "node:zlib"
import type { Section } from "./entry"

/**
 * The size above which inputs are deflated in the thread pool. 32 KB of JSON take about 0.4 ms at level 6, a hand-over
 * about 0.05 ms.
 */
const DEFLATE_IN_PLACE_BYTES = 8 * 1024

/** The compressed size up to which inputs are inflated in place. Inflating is ten times faster than deflating. */
const INFLATE_IN_PLACE_BYTES = 128 * 1024

/** More than the size of almost any payload that is inflated in place. */
const MAX_CHUNK_BYTES = 2 * 1024 * 1024

export interface CompressionOptions {
  readonly enabled: boolean
  /** The size below which payloads are stored uncompressed, in bytes. */
  readonly thresholdBytes: number
  /** zlib's level, 1 (fast) to 9 (small). */
  readonly level: number
}

/**
 * Compresses bytes in zlib's format, which has a checksum. The result is only used when it is smaller. Small inputs,
 * and those that must not be compressed, are returned at once, so that most sets need no extra turn of the event loop.
 */
export function compress(raw: Buffer, options: CompressionOptions): Section | Promise<Section> {
  if (!options.enabled || raw.length < options.thresholdBytes) return plain(raw)
  if (raw.length <= DEFLATE_IN_PLACE_BYTES) return smaller(raw, deflateSync(raw, { level: options.level }))
  const { level } = options
  return inPool((done) => deflate(raw, { level }, done)).then((deflated) => smaller(raw, deflated))
}

/**
 * Unfolds a section. Throws when the bytes do not match the section's header, or would exceed `maxBytes`; the caller
 * then treats the entry as unreadable. Inflating stops at the size that the section claims.
 */
export function decompress(section: Section, maxBytes: number): Buffer | Promise<Buffer> {
  if (Math.max(section.rawBytes, section.bytes.length) > maxBytes) throw new RangeError("too large to be decompressed")
  if (!section.compressed) return section.bytes
  const options = { maxOutputLength: Math.max(1, section.rawBytes), chunkSize: chunkSizeFor(section.rawBytes) }
  if (section.bytes.length <= INFLATE_IN_PLACE_BYTES) return inflateSync(section.bytes, options)
  const bytes = Buffer.from(section.bytes)
  return inPool((done) => inflate(bytes, options, done))
}

/**
 * Returns the size of zlib's output chunks. By default they have 16 KB and are then copied into one; a single chunk,
 * with one spare byte to detect the end, saves a third of the time for a product list. The chunk is no larger than a
 * damaged header may claim, and not below zlib's minimum of 64.
 */
function chunkSizeFor(rawBytes: number): number {
  return Math.max(64, Math.min(rawBytes + 1, MAX_CHUNK_BYTES))
}

/** Returns a promise of this realm. Under Jest, the promises of `util.promisify` are no `instanceof Promise` here. */
function inPool(start: (done: (error: Error | null, result: Buffer) => void) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))))
}

const plain = (raw: Buffer): Section => ({ bytes: raw, rawBytes: raw.length, compressed: false })

const smaller = (raw: Buffer, deflated: Buffer): Section =>
  deflated.length < raw.length ? { bytes: deflated, rawBytes: raw.length, compressed: true } : plain(raw)
