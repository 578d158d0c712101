import type { AdminCacheBucket, AdminCacheStatsResponse, CacheRange } from "../../../../types/http"
import type { RangeFigures, StatisticsSnapshot } from "../../../../cache"
import { hitRateOf } from "./hit-rate"
import { isoOf } from "./time"
import { sumOfTotals, totalsOf } from "./totals"

type Stats = AdminCacheStatsResponse["stats"]

/** What an entity's row has room for. */
const MAX_CLEARING_TAGS = 3

export const statsOf = (range: CacheRange, providerId: string, figures: RangeFigures): Stats => ({
  range,
  from: isoOf(figures.fromMs),
  to: isoOf(figures.toMs),
  bucket_seconds: figures.bucketSeconds,
  provider_id: providerId,
  totals: totalsOf(figures.totals),
  previous: totalsOf(figures.previous),
  series: figures.series.map(({ startMs, counters }) => bucketOf(startMs, counters)),
  by_entity: figures.entities.map(({ entity, lookups, hits, cleared, clearedBy }) => ({
    entity,
    lookups,
    hits,
    hit_rate: hitRateOf(hits, lookups),
    cleared,
    cleared_by: clearedBy.slice(0, MAX_CLEARING_TAGS),
  })),
  top_clearing_tags: figures.clearingTags,
  complete: figures.complete,
})

/** Of a plugin without a running cache: nothing was counted. */
export function emptyStats(range: CacheRange, nowMs: number): Stats {
  const now = isoOf(nowMs)
  const totals = sumOfTotals([])
  return {
    range,
    from: now,
    to: now,
    bucket_seconds: 0,
    provider_id: null,
    totals,
    previous: totals,
    series: [],
    by_entity: [],
    top_clearing_tags: [],
    complete: false,
  }
}

function bucketOf(
  startMs: number,
  { lookups, hits, misses, sets, clears, timeSavedMs }: StatisticsSnapshot
): AdminCacheBucket {
  return {
    start: isoOf(startMs),
    lookups,
    hits,
    misses: Object.values(misses).reduce((sum, count) => sum + count, 0),
    sets,
    clears: clears.explicit + clears.automatic,
    time_saved_ms: timeSavedMs,
  }
}
