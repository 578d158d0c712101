import type { ZlibOptions } from "node:zlib"

/** The name of a way to compress, as it is written in the option. */
export type AlgorithmName = "brotli" | "zstd"

export type Done = (error: Error | null, result: Buffer) => void

/** A way to compress. With `done` it happens in the thread pool. */
export interface Algorithm {
  /** The size above which inputs are compressed in the thread pool. Those take about as long as the hand-over, 0.05 ms. */
  readonly inPlaceBytes: number
  compress(raw: Buffer, level: number, done: Done): void
  compressSync(raw: Buffer, level: number): Buffer
  /** Fails rather than unfold more than `rawBytes`. It may unfold less. */
  decompress(bytes: Buffer, rawBytes: number, done: Done): void
  decompressSync(bytes: Buffer, rawBytes: number): Buffer
}

/** Returns the size of a window that holds so many bytes, as its logarithm. */
export const windowBitsFor = (bytes: number, { min, max }: { readonly min: number; readonly max: number }): number =>
  Math.min(Math.max(Math.ceil(Math.log2(bytes)), min), max)

/** More than the size of almost any payload that is decompressed in place. */
const MAX_CHUNK_BYTES = 2 * 1024 * 1024

/**
 * Returns options for decompressing to `rawBytes`. The output's chunks have 16 KB by default and are then copied into one. A
 * single chunk saves that, with one spare byte to detect the end. It is no larger than a damaged header may claim, and not
 * below the minimum of 64.
 */
export const outputLimits = (rawBytes: number): Pick<ZlibOptions, "maxOutputLength" | "chunkSize"> => ({
  maxOutputLength: Math.max(1, rawBytes),
  chunkSize: Math.max(64, Math.min(rawBytes + 1, MAX_CHUNK_BYTES)),
})
