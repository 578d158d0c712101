import type { Edit } from "./bundle"

/**
 * Loads that have lost their context, or share one with others of their key, are matched with a lookup for so long. What takes
 * longer is taken for a write-through, which the engine says it cannot do better, so callers of the simulation do not store it.
 */
export const LOST_LOAD_MS = 10_000

/**
 * Limits that nobody needs to set and that therefore have no option, made small enough for a schedule of a few dozen calls
 * to run into them.
 */
export const SHRUNK_LIMITS: readonly Edit[] = [
  { file: "src/cache/log/record.ts", find: "MAX_INLINE_HASHES = 8", replace: "MAX_INLINE_HASHES = 4" },
  { file: "src/cache/log/record.ts", find: "MAX_RECORD_HASHES = 50_000", replace: "MAX_RECORD_HASHES = 24" },
  { file: "src/cache/log/commit-queue.ts", find: "MAX_PENDING_HASHES = 100_000", replace: "MAX_PENDING_HASHES = 40" },
  { file: "src/cache/load-tracker.ts", find: "MAX_CHAIN = 64", replace: "MAX_CHAIN = 12" },
  { file: "src/cache/load-tracker.ts", find: "REMEMBER_MS = 60_000", replace: "REMEMBER_MS = 20_000" },
  { file: "src/cache/load-tracker.ts", find: "MAX_REMEMBERED = 20_000", replace: "MAX_REMEMBERED = 2" },
]
