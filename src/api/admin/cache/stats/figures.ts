import type { AdminCacheBucket, AdminCacheStatsResponse, AdminCacheTotals, CacheRange } from "../../../../types/http"
import type { RangeFigures, StatisticsSnapshot } from "../../../../cache"
import { isoOf } from "../presenters"

/** The number of tags that fit in an entity's row. */
const MAX_CLEARING_TAGS = 3

export const statsOf = (
  range: CacheRange,
  providerId: string | null,
  figures: RangeFigures
): AdminCacheStatsResponse["stats"] => ({
  range,
  from: isoOf(figures.fromMs),
  to: isoOf(figures.toMs),
  counted_since: figures.sinceMs === null ? null : isoOf(figures.sinceMs),
  bucket_seconds: figures.bucketSeconds,
  provider_id: providerId,
  totals: totalsOf(figures.totals),
  previous: totalsOf(figures.previous),
  series: figures.series.map(({ startMs, counters }) => bucketOf(startMs, counters)),
  by_entity: figures.entities.map(({ entity, lookups, hits, misses, hitMs, buildMs, clearedBy }) => ({
    entity,
    lookups,
    hits,
    hit_rate: hitRateOf(hits, lookups),
    misses,
    hit_ms: rounded(hitMs),
    build_ms: rounded(buildMs),
    cleared_by: clearedBy.slice(0, MAX_CLEARING_TAGS),
  })),
  top_clearing_tags: figures.clearingTags,
  complete: figures.complete,
})

export const totalsOf = (counters: StatisticsSnapshot): AdminCacheTotals => ({
  lookups: counters.lookups,
  hits: counters.hits,
  hit_rate: hitRateOf(counters.hits, counters.lookups),
  misses: counters.misses,
  uncacheable: counters.uncacheable,
  tag_lookups: counters.tagLookups,
  sets: counters.sets,
  kept_briefly: counters.keptBriefly,
  refused: counters.refused,
  clears: counters.clears,
  tags_cleared: counters.tagsCleared,
  errors: counters.errors,
  round_trips: counters.roundTrips,
  bytes: {
    read_raw: counters.bytes.readRaw,
    read: counters.bytes.read,
    written_raw: counters.bytes.writtenRaw,
    written: counters.bytes.written,
  },
  time_saved_ms: counters.timeSavedMs,
})

const bucketOf = (
  startMs: number,
  { lookups, hits, misses, sets, clears, timeSavedMs }: StatisticsSnapshot
): AdminCacheBucket => ({
  start: isoOf(startMs),
  lookups,
  hits,
  misses,
  sets,
  clears: clears.explicit + clears.automatic,
  time_saved_ms: timeSavedMs,
})

/** Rounds milliseconds to two digits. */
const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 100) / 100)

/**
 * Returns the share of lookups that hit, 0 to 1, rounded down to four digits. Null without lookups, since neither 0 %
 * nor 100 % would be true.
 */
const hitRateOf = (hits: number, lookups: number): number | null =>
  lookups === 0 ? null : Math.floor((hits / lookups) * 10_000) / 10_000
