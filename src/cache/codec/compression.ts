import { deflate, deflateSync, inflate, inflateSync } from "node:zlib"
import type { Section } from "./entry"

/** Larger inputs are deflated in the thread pool: 32 KB of JSON take about 0.4 ms at level 6, a hand-over about 0.05 ms. */
const DEFLATE_IN_PLACE_BYTES = 8 * 1024

/** Inflating is ten times faster than deflating, so what is small when compressed is inflated in place. */
const INFLATE_IN_PLACE_BYTES = 128 * 1024

/** More than any payload that is inflated in place is likely to have. */
const MAX_CHUNK_BYTES = 2 * 1024 * 1024

export interface CompressionOptions {
  readonly enabled: boolean
  /** In bytes; smaller payloads are stored as they are. */
  readonly thresholdBytes: number
  /** zlib's, 1 (fast) to 9 (small). */
  readonly level: number
}

/**
 * Bytes in, bytes out (zlib format, which has a checksum); kept only when it gains. Returns at once for what is small or
 * not to be compressed, so that most stores need no extra turn of the event loop.
 */
export function compress(raw: Buffer, options: CompressionOptions): Section | Promise<Section> {
  if (!options.enabled || raw.length < options.thresholdBytes) return plain(raw)
  if (raw.length <= DEFLATE_IN_PLACE_BYTES) return smaller(raw, deflateSync(raw, { level: options.level }))
  const { level } = options
  return inPool((done) => deflate(raw, { level }, done)).then((deflated) => smaller(raw, deflated))
}

/**
 * Throws when the bytes are not what the section says, or more than `maxBytes` when they are unfolded; the caller treats
 * that as unreadable. What unfolds into more than the section says is not unfolded to its end.
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
 * zlib's output comes in pieces of 16 KB, which are then copied into one. In one piece, with a byte left to see the end, a
 * product list takes a third less. Not more than a damaged header may claim; at least zlib's minimum of 64.
 */
function chunkSizeFor(rawBytes: number): number {
  return Math.max(64, Math.min(rawBytes + 1, MAX_CHUNK_BYTES))
}

/** A promise of this realm: under Jest, those of `util.promisify` are no `instanceof Promise` here. */
function inPool(start: (done: (error: Error | null, result: Buffer) => void) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))))
}

const plain = (raw: Buffer): Section => ({ bytes: raw, rawBytes: raw.length, compressed: false })

const smaller = (raw: Buffer, deflated: Buffer): Section =>
  deflated.length < raw.length ? { bytes: deflated, rawBytes: raw.length, compressed: true } : plain(raw)
