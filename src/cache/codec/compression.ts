import type { Algorithm, AlgorithmName, Done } from "./algorithm"
import { brotli } from "./brotli"
import { plainSection, type Section } from "./entry"
import { zstd } from "./zstd"

const algorithms: Readonly<Record<AlgorithmName, Algorithm | undefined>> = { brotli, zstd }

/** Whether this Node.js has it. */
export const hasAlgorithm = (name: AlgorithmName): boolean => algorithms[name] !== undefined

/**
 * For a list of 50 products with its 1,800 tags, Zstandard takes a quarter of Brotli's time to compress and half of it to
 * decompress, and the result is 8 % smaller.
 */
export const BEST_ALGORITHM: AlgorithmName = hasAlgorithm("zstd") ? "zstd" : "brotli"

/**
 * The next level that makes such a list smaller takes twice as long with Brotli, for 14 % less, and eight times as long with
 * Zstandard, for next to nothing.
 */
export const DEFAULT_LEVELS: Readonly<Record<AlgorithmName, number>> = { brotli: 4, zstd: 2 }

/** The compressed size up to which inputs are decompressed in place. That is three to seven times faster than compressing. */
export const DECOMPRESS_IN_PLACE_BYTES = 128 * 1024

export interface CompressionOptions {
  readonly enabled: boolean
  readonly algorithm: AlgorithmName
  /** The size below which payloads are stored uncompressed, in bytes. */
  readonly thresholdBytes: number
  /** 1 (fast) to 9 (small). */
  readonly level: number
}

/**
 * Compresses bytes. The result is only used when it is smaller. Small inputs, and those that must not be compressed, are
 * returned at once, so that most sets need no extra turn of the event loop. Throws for an algorithm that Node.js lacks.
 */
export function compress(
  raw: Buffer,
  { enabled, algorithm: name, thresholdBytes, level }: CompressionOptions
): Section | Promise<Section> {
  if (!enabled || raw.length < thresholdBytes) return plainSection(raw)
  const algorithm = known(name)
  const smaller = (bytes: Buffer): Section =>
    bytes.length < raw.length ? { bytes, rawBytes: raw.length, algorithm: name } : plainSection(raw)
  if (raw.length <= algorithm.inPlaceBytes) return smaller(algorithm.compressSync(raw, level))
  return inPool((done) => algorithm.compress(raw, level, done)).then(smaller)
}

/**
 * Unfolds a section. Throws when the bytes do not match the section's header, would exceed `maxBytes`, or were compressed with
 * what this Node.js lacks; the caller then treats the entry as unreadable. Decompressing stops at the size that the section
 * claims.
 */
export function decompress(section: Section, maxBytes: number): Buffer | Promise<Buffer> {
  const { rawBytes, algorithm } = section
  if (!algorithm || section.bytes.length <= DECOMPRESS_IN_PLACE_BYTES) return decompressSync(section, maxBytes)
  requireAtMost(maxBytes, section)
  const bytes = Buffer.from(section.bytes)
  return inPool((done) => known(algorithm).decompress(bytes, rawBytes, done)).then((raw) => whole(raw, rawBytes))
}

/** Does the same at once, whatever its size. */
export function decompressSync(section: Section, maxBytes: number): Buffer {
  const { bytes, rawBytes, algorithm } = section
  requireAtMost(maxBytes, section)
  return algorithm ? whole(known(algorithm).decompressSync(bytes, rawBytes), rawBytes) : bytes
}

function requireAtMost(maxBytes: number, { bytes, rawBytes }: Section): void {
  if (Math.max(rawBytes, bytes.length) > maxBytes) throw new RangeError("too large to be decompressed")
}

function known(name: AlgorithmName): Algorithm {
  const algorithm = algorithms[name]
  if (!algorithm) throw new TypeError(`this Node.js has no ${name}`)
  return algorithm
}

/** Returns a promise of this realm. Under Jest, the promises of `util.promisify` are no `instanceof Promise` here. */
function inPool(start: (done: Done) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))))
}

function whole(raw: Buffer, rawBytes: number): Buffer {
  if (raw.length !== rawBytes) throw new RangeError(`expected ${rawBytes} bytes, found ${raw.length}`)
  return raw
}
