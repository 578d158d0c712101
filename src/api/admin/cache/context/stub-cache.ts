import type { Cache } from "../../../../cache"
import type { Counters, MonitoredCache } from "./monitored-cache"

const BUCKETS = { "1h": 60, "6h": 300, "24h": 900, "7d": 7200 } as const
const HOURS = { "1h": 1, "6h": 6, "24h": 24, "7d": 168 } as const

/**
 * Until the engine shares its statistics between processes: what this one has counted since it was started, in the running
 * bucket, and said to be incomplete.
 */
export function withStubs(cache: Cache): MonitoredCache {
  const counters = (): Counters => {
    const { clears, computeMsSaved, records, ...snapshot } = cache.statistics.snapshot()
    const merged = Math.max(0, clears.explicit + clears.automatic - records)
    return {
      ...snapshot,
      records,
      clears: { ...clears, merged },
      errors: 0,
      roundTrips: 0,
      timeSavedMs: computeMsSaved,
    }
  }
  const stubs: Partial<MonitoredCache> = {
    history: {
      read: async (range) => {
        const bucketSeconds = BUCKETS[range]
        const toMs = Math.ceil(Date.now() / bucketSeconds / 1000) * bucketSeconds * 1000
        const fromMs = toMs - HOURS[range] * 3_600_000
        const buckets = (toMs - fromMs) / bucketSeconds / 1000
        const totals = counters()
        const none = zeroed(totals)
        const series = Array.from({ length: buckets }, (_, i) => ({
          startMs: fromMs + i * bucketSeconds * 1000,
          counters: i === buckets - 1 ? totals : none,
        }))
        const empty = { previous: none, entities: [], outdatingTags: [], complete: false }
        return { fromMs, toMs, bucketSeconds, series, totals, ...empty }
      },
    },
  }
  return new Proxy(cache, {
    get: (target, name): unknown => {
      const own: unknown = Reflect.get(target, name, target)
      if (own !== undefined) return typeof own === "function" ? own.bind(target) : own
      return Reflect.get(stubs, name)
    },
  }) as MonitoredCache
}

const zeroed = (counters: Counters): Counters =>
  JSON.parse(JSON.stringify(counters), (_, value: unknown) => (typeof value === "number" ? 0 : value)) as Counters
