import type {
  AdminCacheMisses,
  AdminCacheResponse,
  AdminCacheServer,
  AdminCacheStatsResponse,
  AdminCacheTotals,
} from "../../types/http"
import { statsReport } from "../stats/report"

const NOW = Date.parse("2026-01-01T12:00:00.000Z")

const noMisses: AdminCacheMisses = {
  ...{ new: 0, cleared: 0, expired: 0, removed: 0, restarted: 0, other_tags: 0 },
  ...{ refresh: 0, too_large: 0, not_stored: 0, unreachable: 0, unreadable: 0 },
}

const totals: AdminCacheTotals = {
  lookups: 12_345,
  hits: 10_790,
  hit_rate: 0.874,
  misses: { ...noMisses, new: 1_200, cleared: 355 },
  uncacheable: 0,
  tag_lookups: 0,
  sets: 1_500,
  kept_briefly: 0,
  refused: {},
  clears: { explicit: 3, automatic: 40, merged: 0, pending: 0 },
  tags_cleared: 90,
  errors: 0,
  round_trips: 20_000,
  bytes: { read_raw: 0, read: 0, written_raw: 0, written: 0 },
  time_saved_ms: 252_000,
}

const stats: AdminCacheStatsResponse["stats"] = {
  range: "24h",
  from: "2025-12-31T12:00:00.000Z",
  to: "2026-01-01T12:00:00.000Z",
  counted_since: "2025-12-31T12:00:00.000Z",
  bucket_seconds: 900,
  provider_id: "caching-memcached",
  totals,
  previous: { ...totals, hit_rate: 0.851 },
  series: [],
  by_entity: [
    {
      entity: "Product",
      lookups: 9_000,
      hits: 8_000,
      hit_rate: 0.8888,
      misses: { ...noMisses, cleared: 300 },
      hit_ms: 1.4,
      build_ms: 23,
      cleared_by: [{ tag: "Product:list:*", misses: 290, clears: 4 }],
    },
    {
      entity: "Cart",
      lookups: 0,
      hits: 0,
      hit_rate: null,
      misses: noMisses,
      hit_ms: null,
      build_ms: null,
      cleared_by: [],
    },
  ],
  top_clearing_tags: [],
  complete: true,
}

const server: AdminCacheServer = {
  id: "cache-1:11211",
  log: null,
  clears_pending: false,
  state: "ready",
  protocol: "binary",
  reason: null,
  down_since: null,
  share_of_items: 1,
  stats: {
    version: "1.6.38",
    uptime_seconds: 259_200,
    started_at: "2025-12-29T12:00:00.000Z",
    memory_used_bytes: 12 * 1024 ** 2,
    memory_limit_bytes: 512 * 1024 ** 2,
    item_size_max_bytes: 1024 ** 2,
    items: 3_210,
    evictions: 0,
    connections: 4,
    get_hits: 1,
    get_misses: 1,
    ping_ms: 0.4,
    sampled_at: "2026-01-01T12:00:00.000Z",
  },
}

const down: AdminCacheServer = {
  ...server,
  id: "cache-2:11211",
  log: null,
  clears_pending: true,
  state: "down",
  reason: "nothing is listening on this port",
  down_since: "2026-01-01T11:58:00.000Z",
  share_of_items: null,
  stats: null,
}

function report(change: Partial<typeof stats> = {}, servers = [server], status = "healthy"): string {
  const cache = { status, message: "Check Memcached." } as AdminCacheResponse["cache"]
  const answers = { cache, stats: { ...stats, ...change }, servers }
  return statsReport("http://localhost:9000", answers, (_, text) => text, NOW)
}

describe("statsReport", () => {
  it("is a table for people", () => {
    expect(report({}, [server, down])).toBe(`Cache of http://localhost:9000, last 24 hours until 2026-01-01 12:00:00 UTC

Status          healthy
Hit rate        87.4 %      85.1 % in the same time before
Lookups         12,345      10,790 hits, 1,555 misses
Time saved      4 min 12 s  23 ms for each hit
Clears          43          40 by events
Pending clears  0

Misses by reason
  new      1,200  not requested before, or not lately
  cleared    355  the entry had been cleared

By entity
           Lookups  Hit rate     Hit  Build  After clears  Most of them by
  Product    9,000    88.8 %  1.4 ms  23 ms           300  Product:list:* (290)
  Cart           0         –       –      –             0

Servers
                                 State           Memory  Items  Share  Evictions    Ping          Uptime
  cache-1:11211                  ready  12 MB of 512 MB  3,210  100 %          0  0.4 ms             3 d
  cache-2:11211 (clear pending)  down                 –      –      –          –       –  down for 2 min
  cache-2:11211: nothing is listening on this port`)
  })

  it("has no hit rate without lookups", () => {
    const none = { ...totals, lookups: 0, hits: 0, hit_rate: null, misses: noMisses, time_saved_ms: 0 }
    const text = report({ totals: none, previous: none, by_entity: [] })
    expect(text).toMatch(/Hit rate +–\n/)
    expect(text).toContain("Misses by reason\n  none")
    expect(text).toContain("no lookups in this time")
  })

  it("says what to do when the cache is not healthy, and that figures are old", () => {
    const text = report({ complete: false }, [down], "unreachable")
    expect(text).toContain("Status          unreachable\n  Check Memcached.")
    expect(text).toContain("Those it did not return are as last known.")
  })

  it("says what pending clears are", () => {
    const text = report({ totals: { ...totals, clears: { ...totals.clears, pending: 2 } } })
    expect(text).toMatch(/Pending clears +2 +could not be delivered at once/)
  })

  it("shows a reason that it does not know, and the first types of many", () => {
    const [product] = stats.by_entity
    const by_entity = Array.from({ length: 25 }, () => product).flatMap((row) => row ?? [])
    const text = report({ by_entity, totals: { ...totals, misses: { ...noMisses, ...{ "other\u001b[31m": 3 } } } })
    expect(text).toContain("other?[31m  3")
    expect(text).toContain("and 10 more, see --json")
  })

  it("tells the share of the items on each of several servers, but not that of a single one", () => {
    const third = { ...server, share_of_items: 1 / 3 }
    expect(report({}, [third, { ...server, share_of_items: 2 / 3 }])).toMatch(/Share[^]* 33\.3 %[^]* 66\.6 %/)
    expect(report()).not.toContain("Share")
  })

  it("says when no cache runs", () => {
    expect(report({}, [])).toContain("no cache is running")
  })
})
