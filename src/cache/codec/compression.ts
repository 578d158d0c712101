import {
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  type BrotliOptions,
  constants,
} from "node:zlib"
import { plainSection, type Section } from "./entry"

/** The size above which inputs are compressed in the thread pool. 8 KB take about 0.05 ms, as much as a hand-over. */
const COMPRESS_IN_PLACE_BYTES = 8 * 1024

/** The compressed size up to which inputs are decompressed in place. That is seven times faster than compressing. */
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
  if (!enabled || raw.length < thresholdBytes) return plainSection(raw)
  const options = brotliOptions(raw.length, level)
  if (raw.length <= COMPRESS_IN_PLACE_BYTES) return smaller(raw, brotliCompressSync(raw, options))
  return inPool((done) => brotliCompress(raw, options, done)).then((compressed) => smaller(raw, compressed))
}

/** Returns how Brotli is to compress so many bytes of text. */
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
  if (section.bytes.length <= DECOMPRESS_IN_PLACE_BYTES) return decompressSync(section, maxBytes)
  const { rawBytes } = section
  requireAtMost(maxBytes, section)
  if (!section.compressed) return section.bytes
  const bytes = Buffer.from(section.bytes)
  return inPool((done) => brotliDecompress(bytes, optionsFor(rawBytes), done)).then((raw) => whole(raw, rawBytes))
}

/** Does the same at once, whatever its size. */
export function decompressSync(section: Section, maxBytes: number): Buffer {
  const { bytes, rawBytes, compressed } = section
  requireAtMost(maxBytes, section)
  return compressed ? whole(brotliDecompressSync(bytes, optionsFor(rawBytes)), rawBytes) : bytes
}

function requireAtMost(maxBytes: number, { bytes, rawBytes }: Section): void {
  if (Math.max(rawBytes, bytes.length) > maxBytes) throw new RangeError("too large to be decompressed")
}

/**
 * Returns options for decompressing. The output's chunks have 16 KB by default and are then copied into one. A single
 * chunk saves that, with one spare byte to detect the end. It is no larger than a damaged header may claim, and not below
 * the minimum of 64.
 */
const optionsFor = (rawBytes: number): BrotliOptions => ({
  maxOutputLength: Math.max(1, rawBytes),
  chunkSize: Math.max(64, Math.min(rawBytes + 1, MAX_CHUNK_BYTES)),
})

/** Returns a promise of this realm. Under Jest, the promises of `util.promisify` are no `instanceof Promise` here. */
function inPool(start: (done: (error: Error | null, result: Buffer) => void) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))))
}

const smaller = (raw: Buffer, compressed: Buffer): Section =>
  compressed.length < raw.length ? { bytes: compressed, rawBytes: raw.length, compressed: true } : plainSection(raw)

function whole(raw: Buffer, rawBytes: number): Buffer {
  if (raw.length !== rawBytes) throw new RangeError(`expected ${rawBytes} bytes, found ${raw.length}`)
  return raw
}
