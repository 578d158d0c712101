import type { Cache } from "../../../../cache"
import type { Counters, KnownTag, MonitoredCache } from "./monitored-cache"

const BUCKETS = { "1h": 60, "6h": 300, "24h": 900, "7d": 7200 } as const
const HOURS = { "1h": 1, "6h": 6, "24h": 24, "7d": 168 } as const

/** Stands in for parts of the engine that are being built. */
export function withStubs(cache: Cache): MonitoredCache {
  const counters = (): Counters => {
    const snapshot = cache.statistics.snapshot()
    return { ...snapshot, clears: { ...snapshot.clears, merged: 0 }, errors: 0, roundTrips: 0, timeSavedMs: 0 }
  }
  const tags: KnownTag[] = ["Product:list:*", "Product:prod_1", "Region:list:*"].map((tag, i) => ({
    tag,
    entity: tag.split(":")[0] ?? tag,
    version: i + 1,
    lastCleared: { atMs: Date.now() - i * 60_000, origin: "event", actorId: null },
    hits: 10 * i,
    lastSeenAtMs: Date.now(),
  }))
  const stubs: Partial<MonitoredCache> = {
    prefix: "medusa",
    options: (cache as Partial<MonitoredCache>).options ?? STUB_OPTIONS,
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
    tags: {
      list: async () => ({ tags, complete: true, truncated: false }),
      find: async (tag) => tags.find((known) => known.tag === tag),
      keysOf: async () => ["a-key", "another-key"],
      countEntries: async (names) => new Map(names.map((name) => [name, 2])),
    },
    clears: {
      recent: async () => ({
        clears: [
          {
            atMs: Date.now(),
            origin: "event",
            actorId: null,
            status: "applied",
            everything: false,
            calls: 3,
            tags: 4,
            keys: 0,
            sample: ["Product:list:*"],
          },
        ],
        complete: true,
      }),
    },
    inspector: {
      inspect: async (key) => ({
        key,
        name: `medusa:${key}`,
        serverId: cache.servers[0]?.id ?? "",
        state: "valid",
        outdatedBy: null,
        rawBytes: 5000,
        bytes: 900,
        storedAtMs: Date.now() - 5_000,
        expiresAtMs: Date.now() + 60_000,
        autoInvalidate: true,
        costMicros: 12_500,
        tags: ["Product:list:*"],
        preview: '{"a":1}',
        previewTruncated: false,
      }),
    },
    serverStatistics: {
      read: async () =>
        cache.servers.map(({ id, state }, i) => ({
          id,
          holdsLog: i === 0,
          state,
          reason: null,
          downSinceMs: null,
          stats: {
            version: "1.6.18",
            uptimeSeconds: 3600,
            startedAtMs: Date.now() - 3_600_000,
            memoryUsedBytes: 12_000_000,
            memoryLimitBytes: 67_108_864,
            itemSizeMaxBytes: 1_048_576,
            items: 120,
            evictions: 0,
            connections: 3,
            getHits: 100,
            getMisses: 20,
            pingMs: 0.4,
            sampledAtMs: Date.now(),
          },
        })),
    },
    health: () => ({ status: "healthy", reason: null, sinceMs: null }),
  }
  return new Proxy(cache, {
    get: (target, name): unknown => {
      const own: unknown = Reflect.get(target, name, target)
      if (own !== undefined) return typeof own === "function" ? own.bind(target) : own
      return Reflect.get(stubs, name)
    },
  }) as MonitoredCache
}

const STUB_OPTIONS = {
  prefix: "medusa",
  defaultTtlSeconds: 3600,
  ttlCapSeconds: 0,
  lookupTimeoutMs: 500,
  earlyRefresh: 1,
  compression: { enabled: true, thresholdBytes: 2048, level: 6 },
  log: { clearTimeoutMs: 3000, retentionSeconds: 86_400, maxViewTags: 100_000 },
  index: { enabled: true, retentionSeconds: 86_400, maxBytesPerTag: 65_536 },
} as MonitoredCache["options"]
