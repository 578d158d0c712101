import type { AdminCacheTotals } from "../../types/http"

/** Below this, a hit rate says more about chance than about the cache. */
const ENOUGH_LOOKUPS = 1_000
const LOW_HIT_RATE = 0.5

export type HitRateVerdict = "none" | "few" | "low" | "good"

export function judgeHitRate({ lookups, hit_rate }: AdminCacheTotals): HitRateVerdict {
  if (hit_rate === null) {
    return "none"
  }
  if (lookups < ENOUGH_LOOKUPS) {
    return "few"
  }
  return hit_rate < LOW_HIT_RATE ? "low" : "good"
}

/** The change against the range before, from -1 to 1; null when one of them had no lookups. */
export function hitRateChange(totals: AdminCacheTotals, previous: AdminCacheTotals): number | null {
  return totals.hit_rate === null || previous.hit_rate === null ? null : totals.hit_rate - previous.hit_rate
}
