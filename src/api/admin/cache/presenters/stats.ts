import type { AdminCacheBucket, AdminCacheStatsResponse, CacheRange } from "../../../../types/http"
import type { History, StatisticsSnapshot } from "../../../../cache"
import { hitRateOf } from "./hit-rate"
import { isoOf } from "./time"
import { sumOfTotals, totalsOf } from "./totals"

type Stats = AdminCacheStatsResponse["stats"]

/** What an entity's row has room for. */
const MAX_OUTDATING_TAGS = 3

export const statsOf = (range: CacheRange, providerId: string, history: History): Stats => ({
  range,
  from: isoOf(history.fromMs),
  to: isoOf(history.toMs),
  bucket_seconds: history.bucketSeconds,
  provider_id: providerId,
  totals: totalsOf(history.totals),
  previous: totalsOf(history.previous),
  series: history.series.map(({ startMs, counters }) => bucketOf(startMs, counters)),
  by_entity: history.entities.map(({ entity, lookups, hits, cleared, clearedBy }) => ({
    entity,
    lookups,
    hits,
    hit_rate: hitRateOf(hits, lookups),
    cleared,
    cleared_by: clearedBy.slice(0, MAX_OUTDATING_TAGS),
  })),
  top_outdating_tags: history.outdatingTags,
  complete: history.complete,
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
    top_outdating_tags: [],
    complete: false,
  }
}

function bucketOf(
  startMs: number,
  { lookups, hits, misses, stores, clears, timeSavedMs }: StatisticsSnapshot
): AdminCacheBucket {
  return {
    start: isoOf(startMs),
    lookups,
    hits,
    misses: Object.values(misses).reduce((sum, count) => sum + count, 0),
    stores,
    clears: clears.explicit + clears.automatic,
    time_saved_ms: timeSavedMs,
  }
}
