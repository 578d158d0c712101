import { brotliCompress, brotliCompressSync, brotliDecompress, brotliDecompressSync, constants } from "node:zlib"
import type { BrotliOptions } from "node:zlib"
import type { Section } from "./entry"

/** The size above which inputs are compressed in the thread pool. 8 KB take about 0.05 ms, as much as a hand-over. */
const COMPRESS_IN_PLACE_BYTES = 8 * 1024

/** The compressed size up to which inputs are decompressed in place. That is five times faster than compressing. */
const DECOMPRESS_IN_PLACE_BYTES = 128 * 1024

/** More than the size of almost any payload that is decompressed in place. */
const MAX_CHUNK_BYTES = 2 * 1024 * 1024

export interface CompressionOptions {
  readonly enabled: boolean
  /** The size below which payloads are stored uncompressed, in bytes. */
  readonly thresholdBytes: number
  /** Brotli's quality, 1 (fast) to 9 (small). */
  readonly level: number
}

/**
 * Compresses bytes with Brotli. The result is only used when it is smaller. Small inputs, and those that must not be
 * compressed, are returned at once, so that most sets need no extra turn of the event loop.
 */
export function compress(
  raw: Buffer,
  { enabled, thresholdBytes, level }: CompressionOptions
): Section | Promise<Section> {
  if (!enabled || raw.length < thresholdBytes) return plain(raw)
  const options = brotliOptions(raw.length, level)
  if (raw.length <= COMPRESS_IN_PLACE_BYTES) return smaller(raw, brotliCompressSync(raw, options))
  return inPool((done) => brotliCompress(raw, options, done)).then((compressed) => smaller(raw, compressed))
}

/** Returns how Brotli is to compress so many bytes of JSON. */
export const brotliOptions = (rawBytes: number, quality: number): BrotliOptions => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: rawBytes,
    // The default window is 4 MB, and is allocated for a small input as well.
    [constants.BROTLI_PARAM_LGWIN]: windowBitsFor(rawBytes),
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  },
})

/** Returns the size of a window that holds so many bytes, as its logarithm. */
const windowBitsFor = (bytes: number): number =>
  Math.min(Math.max(Math.ceil(Math.log2(bytes)), constants.BROTLI_MIN_WINDOW_BITS), constants.BROTLI_DEFAULT_WINDOW)

/**
 * Unfolds a section. Throws when the bytes do not match the section's header, or would exceed `maxBytes`; the caller
 * then treats the entry as unreadable. Decompressing stops at the size that the section claims.
 */
export function decompress(section: Section, maxBytes: number): Buffer | Promise<Buffer> {
  const { rawBytes } = section
  if (Math.max(rawBytes, section.bytes.length) > maxBytes) throw new RangeError("too large to be decompressed")
  if (!section.compressed) return section.bytes
  const options = { maxOutputLength: Math.max(1, rawBytes), chunkSize: chunkSizeFor(rawBytes) }
  if (section.bytes.length <= DECOMPRESS_IN_PLACE_BYTES) {
    return whole(brotliDecompressSync(section.bytes, options), rawBytes)
  }
  const bytes = Buffer.from(section.bytes)
  return inPool((done) => brotliDecompress(bytes, options, done)).then((raw) => whole(raw, rawBytes))
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

const smaller = (raw: Buffer, compressed: Buffer): Section =>
  compressed.length < raw.length ? { bytes: compressed, rawBytes: raw.length, compressed: true } : plain(raw)

function whole(raw: Buffer, rawBytes: number): Buffer {
  if (raw.length !== rawBytes) throw new RangeError(`expected ${rawBytes} bytes, found ${raw.length}`)
  return raw
}
