import type { AdminCacheStatsResponse } from "../../types/http"

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
      misses: bucket.misses,
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
