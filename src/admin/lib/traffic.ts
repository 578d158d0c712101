import type {
  AdminCacheClear,
  AdminCacheProvider,
  AdminCacheServer,
  AdminCacheStatsResponse,
  AdminCacheTotals,
} from "../../types/http"

type CacheStats = AdminCacheStatsResponse["stats"]

/** One bar of the chart. */
export interface TrafficBucket {
  readonly startMs: number
  readonly endMs: number
  readonly lookups: number
  readonly hits: number
  readonly misses: number
  /** Null without lookups: a gap, not 0 %. */
  readonly hitRate: number | null
  readonly clears: number
  /** It has not ended yet: its numbers will still grow. */
  readonly isRunning: boolean
}

export interface TrafficSeries {
  readonly fromMs: number
  readonly toMs: number
  readonly buckets: readonly TrafficBucket[]
  readonly largestLookups: number
}

export function trafficSeries({ series, bucket_seconds, to }: CacheStats): TrafficSeries {
  const bucketMs = bucket_seconds * 1000
  const toMs = Date.parse(to)
  const buckets = series.map((bucket, index) => {
    const startMs = Date.parse(bucket.start)
    return {
      startMs,
      endMs: startMs + bucketMs,
      lookups: bucket.lookups,
      hits: bucket.hits,
      misses: bucket.lookups - bucket.hits,
      hitRate: bucket.lookups === 0 ? null : bucket.hits / bucket.lookups,
      clears: bucket.clears,
      isRunning: index === series.length - 1,
    }
  })
  return {
    fromMs: buckets[0]?.startMs ?? Date.parse(to) - bucketMs,
    toMs: Math.max(toMs, buckets[buckets.length - 1]?.endMs ?? toMs),
    buckets,
    largestLookups: Math.max(0, ...buckets.map(({ lookups }) => lookups)),
  }
}

/** The least, the greatest and the newest hit rate that was measured; undefined when none was. */
export function hitRateExtremes(series: TrafficSeries): { min: number; max: number; last: number } | undefined {
  const rates = series.buckets.flatMap(({ hitRate }) => (hitRate === null ? [] : [hitRate]))
  const last = rates[rates.length - 1]
  return last === undefined ? undefined : { min: Math.min(...rates), max: Math.max(...rates), last }
}

/** Which bucket lies at a share of the time axis, from 0 to 1. */
export function bucketAt(series: TrafficSeries, share: number): number {
  const timeMs = series.fromMs + share * (series.toMs - series.fromMs)
  const index = series.buckets.findIndex(({ endMs }) => timeMs < endMs)
  return index === -1 ? series.buckets.length - 1 : index
}

/** Whether there can be figures: with the option `statistics` off nothing is counted for the page, however busy the cache is. */
export function countsTraffic(providers: readonly Pick<AdminCacheProvider, "is_default" | "configuration">[]): boolean {
  const shown = providers.find(({ is_default }) => is_default) ?? providers[0]
  const statistics: unknown = shown?.configuration.statistics
  return !(
    typeof statistics === "object" &&
    statistics !== null &&
    "enabled" in statistics &&
    statistics.enabled === false
  )
}

/** The change against the range before, from -1 to 1; null when one of them had no lookups. */
export function hitRateChange(totals: AdminCacheTotals, previous: AdminCacheTotals): number | null {
  return totals.hit_rate === null || previous.hit_rate === null ? null : totals.hit_rate - previous.hit_rate
}

/** Something that happened and that explains a bend in the chart. */
export type TimelineMark =
  | { readonly kind: "clear_all" | "clear"; readonly atMs: number; readonly clear: AdminCacheClear }
  | { readonly kind: "restart"; readonly atMs: number; readonly serverId: string }

/**
 * What is drawn as a line through the chart: clears that somebody asked for, and starts of servers. What Medusa clears by
 * itself after an edit happens all the time; the chart has a row of ticks for that.
 */
export function timelineMarks(
  clears: readonly AdminCacheClear[],
  servers: readonly AdminCacheServer[],
  fromMs: number,
  toMs: number
): TimelineMark[] {
  const asked = clears.flatMap((clear): TimelineMark[] =>
    clear.origin === "event" && !clear.all
      ? []
      : [{ kind: clear.all ? "clear_all" : "clear", atMs: Date.parse(clear.at), clear }]
  )
  const restarts = servers.flatMap(({ id, stats }): TimelineMark[] =>
    stats === null ? [] : [{ kind: "restart", atMs: Date.parse(stats.started_at), serverId: id }]
  )
  return [...asked, ...restarts].filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).sort((a, b) => a.atMs - b.atMs)
}
