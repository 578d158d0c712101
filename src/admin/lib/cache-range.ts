import type { CacheRange } from "../../types/http"

export const CACHE_RANGES: readonly CacheRange[] = ["1h", "6h", "24h", "7d"]
export const DEFAULT_RANGE: CacheRange = "1h"

/** The range that the address of the page asks for. */
export function readRange(params: URLSearchParams): CacheRange {
  const asked = params.get("range")
  return CACHE_RANGES.find((range) => range === asked) ?? DEFAULT_RANGE
}
