import {
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  type BrotliOptions,
  constants,
} from "node:zlib"
import { type Algorithm, outputLimits, windowBitsFor } from "./algorithm"

const WINDOW_BITS = { min: constants.BROTLI_MIN_WINDOW_BITS, max: constants.BROTLI_DEFAULT_WINDOW }

export const brotli: Algorithm = {
  inPlaceBytes: 8 * 1024,
  compress: (raw, level, done) => brotliCompress(raw, brotliOptions(raw.length, level), done),
  compressSync: (raw, level) => brotliCompressSync(raw, brotliOptions(raw.length, level)),
  decompress: (bytes, rawBytes, done) => brotliDecompress(bytes, outputLimits(rawBytes), done),
  decompressSync: (bytes, rawBytes) => brotliDecompressSync(bytes, outputLimits(rawBytes)),
}

/** Returns how Brotli is to compress so many bytes of text. */
export const brotliOptions = (rawBytes: number, quality: number): BrotliOptions => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: rawBytes,
    // The default window is 4 MB, and is allocated for a small input as well.
    [constants.BROTLI_PARAM_LGWIN]: windowBitsFor(rawBytes, WINDOW_BITS),
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  },
})
