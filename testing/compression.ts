import { DEFAULT_CACHE_OPTIONS, hasAlgorithm } from "../src/cache"
import type { AlgorithmName } from "../src/cache/codec/algorithm"

const { compression } = DEFAULT_CACHE_OPTIONS

/** Options of a cache that compresses nothing, and of one that compresses whatever gets smaller. */
export const PLAIN = { compression: { ...compression, enabled: false } }
export const COMPRESSED = { compression: { ...compression, thresholdBytes: 0 } }

/** The ways to compress that this Node.js has. */
export const ALGORITHMS = (["brotli", "zstd"] as const satisfies AlgorithmName[]).filter(hasAlgorithm)
