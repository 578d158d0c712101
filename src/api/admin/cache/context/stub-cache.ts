import type { Cache } from "../../../../cache"
import type { Counters, MonitoredCache } from "./monitored-cache"

const BUCKETS = { "1h": 60, "6h": 300, "24h": 900, "7d": 7200 } as const
const HOURS = { "1h": 1, "6h": 6, "24h": 24, "7d": 168 } as const

/** Stands in for parts of the engine that are being built. */
export function withStubs(cache: Cache): MonitoredCache {
  const counters = (): Counters => {
    const snapshot = cache.statistics.snapshot()
    return { ...snapshot, clears: { ...snapshot.clears, merged: 0 }, errors: 0, roundTrips: 0, timeSavedMs: 0 }
  }
  const stubs: Partial<MonitoredCache> = {
    history: {
      read: async (range) => {
        const bucketSeconds = BUCKETS[range]
        const toMs = Math.ceil(Date.now() / bucketSeconds / 1000) * bucketSeconds * 1000
        const fromMs = toMs - HOURS[range] * 3_600_000
        const series = Array.from({ length: (toMs - fromMs) / bucketSeconds / 1000 }, (_, i) => ({
          startMs: fromMs + i * bucketSeconds * 1000,
          counters: counters(),
        }))
        return {
          fromMs,
          toMs,
          bucketSeconds,
          series,
          totals: counters(),
          previous: counters(),
          complete: true,
          entities: [
            { entity: "Product", lookups: 10, hits: 7, outdated: 1, outdatedBy: [{ tag: "Product:list:*", count: 1 }] },
          ],
          outdatingTags: [{ tag: "Product:list:*", count: 1 }],
        }
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
