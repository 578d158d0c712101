import type { AdminCacheMisses, AdminCacheServer, AdminCacheStatsResponse, AdminCacheTotals } from "../../../types/http"

export const NO_MISSES: AdminCacheMisses = {
  new: 0,
  cleared: 0,
  expired: 0,
  removed: 0,
  restarted: 0,
  other_tags: 0,
  refresh: 0,
  too_large: 0,
  not_stored: 0,
  unreachable: 0,
  unreadable: 0,
}

/** Totals with the given counts, and nothing else counted. */
export function totalsOf(lookups: number, hits: number): AdminCacheTotals {
  return {
    lookups,
    hits,
    hit_rate: lookups === 0 ? null : hits / lookups,
    misses: { ...NO_MISSES, new: lookups - hits },
    uncacheable: 0,
    tag_lookups: 0,
    sets: 0,
    kept_briefly: 0,
    refused: {},
    clears: { explicit: 0, automatic: 0, merged: 0, pending: 0 },
    tags_cleared: 0,
    errors: 0,
    round_trips: 0,
    bytes: { read_raw: 0, read: 0, written_raw: 0, written: 0 },
    time_saved_ms: 0,
  }
}

export const SERIES_START_MS = Date.UTC(2026, 0, 1, 10)

/** One bucket a minute, from the pairs [lookups, hits]. */
export function statsOf(counts: readonly (readonly [number, number])[]): AdminCacheStatsResponse["stats"] {
  const bucketMs = 60_000
  return {
    range: "1h",
    from: new Date(SERIES_START_MS).toISOString(),
    to: new Date(SERIES_START_MS + counts.length * bucketMs - bucketMs / 2).toISOString(),
    counted_since: null,
    bucket_seconds: 60,
    provider_id: "caching-memcached",
    totals: totalsOf(0, 0),
    previous: totalsOf(0, 0),
    series: counts.map(([lookups, hits], index) => ({
      start: new Date(SERIES_START_MS + index * bucketMs).toISOString(),
      lookups,
      hits,
      misses: { ...NO_MISSES, new: lookups - hits },
      sets: 0,
      kept_briefly: 0,
      clears: 0,
      time_saved_ms: 0,
    })),
    by_entity: [],
    top_clearing_tags: [],
    complete: true,
  }
}

export function serverOf(id: string, usedBytes: number | undefined, startedAt: string): AdminCacheServer {
  return {
    id,
    log: null,
    clears_pending: false,
    state: usedBytes === undefined ? "down" : "ready",
    protocol: usedBytes === undefined ? null : "binary",
    reason: null,
    down_since: null,
    share_of_items: 1,
    stats:
      usedBytes === undefined
        ? null
        : {
            version: "1.6.18",
            uptime_seconds: 60,
            started_at: startedAt,
            memory_used_bytes: usedBytes,
            memory_limit_bytes: 1_000,
            item_size_max_bytes: 1_048_576,
            items: 3,
            evictions: 2,
            connections: 1,
            get_hits: 0,
            get_misses: 0,
            ping_ms: 0.2,
            sampled_at: startedAt,
          },
  }
}
