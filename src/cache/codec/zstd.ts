import * as zlib from "node:zlib"
import { type Algorithm, type Done, outputLimits, windowBitsFor } from "./algorithm"

/** Zstandard in Node.js, from 22.15 on ("Class: ZstdOptions" in zlib.html). The types of older versions lack it. */
interface ZstdOptions {
  readonly params: Readonly<Record<number, number>>
  readonly pledgedSrcSize?: number
  readonly maxOutputLength?: number
  readonly chunkSize?: number
}

interface Zstd {
  zstdCompress(bytes: Buffer, options: ZstdOptions, done: Done): void
  zstdCompressSync(bytes: Buffer, options: ZstdOptions): Buffer
  zstdDecompress(bytes: Buffer, options: ZstdOptions, done: Done): void
  zstdDecompressSync(bytes: Buffer, options: ZstdOptions): Buffer
  readonly constants: {
    readonly ZSTD_c_compressionLevel: number
    readonly ZSTD_c_windowLog: number
    readonly ZSTD_d_windowLogMax: number
  }
}

/** From ZSTD_WINDOWLOG_MIN of zstd.h to 8 MB, since decompressing allocates the window. */
const WINDOW_BITS = { min: 10, max: 23 }

/** Undefined where Node.js lacks it. */
export const zstd: Algorithm | undefined = "zstdCompress" in zlib ? zstdOf(zlib as unknown as Zstd) : undefined

function zstdOf(node: Zstd): Algorithm {
  const { constants } = node
  const compressing = (rawBytes: number, level: number): ZstdOptions => ({
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      // The names at the end repeat ids from anywhere. The window of a low level ends after 512 KB.
      [constants.ZSTD_c_windowLog]: windowBitsFor(rawBytes, WINDOW_BITS),
    },
    pledgedSrcSize: rawBytes,
  })
  const decompressing = (rawBytes: number): ZstdOptions => ({
    params: { [constants.ZSTD_d_windowLogMax]: WINDOW_BITS.max },
    ...outputLimits(rawBytes),
  })
  return {
    inPlaceBytes: 32 * 1024,
    compress: (raw, level, done) => node.zstdCompress(raw, compressing(raw.length, level), done),
    compressSync: (raw, level) => node.zstdCompressSync(raw, compressing(raw.length, level)),
    decompress: (bytes, rawBytes, done) => node.zstdDecompress(bytes, decompressing(rawBytes), done),
    decompressSync: (bytes, rawBytes) => node.zstdDecompressSync(bytes, decompressing(rawBytes)),
  }
}
