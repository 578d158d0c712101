import type { ServerReport } from "../../../../../cache"
import { Scrape } from "../../../../../../testing/scrape"
import { countersWith } from "../../__tests__/counters"
import { expositionOf } from "../exposition"
import { familiesOf, type ProcessReading, type ProviderReading } from "../families"

const SERVER: ServerReport = {
  id: "cache-1:11211",
  log: null,
  isDistrusted: false,
  state: "ready",
  protocol: "binary",
  reason: null,
  downSinceMs: null,
  shareOfItems: 1,
  stats: {
    version: "1.6.18",
    uptimeSeconds: 60,
    startedAtMs: 0,
    memoryUsedBytes: 1_000,
    memoryLimitBytes: 67_108_864,
    itemSizeMaxBytes: 1_048_576,
    items: 5,
    evictions: 7,
    connections: 3,
    getHits: 0,
    getMisses: 0,
    pingMs: 0.1,
    sampledAtMs: 0,
  },
}

const AWAY: ServerReport = { ...SERVER, id: "cache-2:11211", state: "down", shareOfItems: null, stats: null }

const counters = countersWith()
const PROVIDER: ProviderReading = {
  providerId: "caching-memcached",
  health: { status: "degraded", reason: "clear_pending", sinceMs: 0 },
  logVersion: 42,
  pendingClears: 2,
  figures: {
    totals: countersWith({
      lookups: 10,
      hits: 6,
      misses: { ...counters.misses, new: 3, cleared: 1 },
      uncacheable: 4,
      sets: 5,
      refused: { ...counters.refused, stale: 1 },
      clears: { explicit: 1, automatic: 8, pending: 2, merged: 0 },
      timeSavedMs: 1_500,
      builds: 4,
      buildMs: 250,
    }),
    entities: [
      { entity: "Product", lookups: 9, hits: 6, misses: { ...counters.misses, new: 2, cleared: 1 } },
      { entity: 'a "strange" type\n', lookups: 1, hits: 0, misses: { ...counters.misses, new: 1 } },
    ],
  },
  servers: [SERVER, AWAY],
}

const scrapeOf = (given: Partial<ProcessReading> = {}): Scrape =>
  new Scrape(expositionOf(familiesOf({ process: "shop:1", isActive: true, providers: [PROVIDER], ...given })))

const provider = "caching-memcached"
const process = "shop:1"

describe("the metrics", () => {
  it("have lookups, sets and clears by result, reason and kind", () => {
    const scrape = scrapeOf()

    expect(scrape.value("medusa_cache_lookups_total", { provider, result: "hit" })).toBe(6)
    expect(scrape.value("medusa_cache_lookups_total", { provider, result: "miss", reason: "new" })).toBe(3)
    expect(scrape.value("medusa_cache_lookups_total", { provider, result: "miss", reason: "unreachable" })).toBe(0)
    expect(scrape.value("medusa_cache_lookups_total", { provider, result: "uncacheable" })).toBe(4)
    expect(scrape.value("medusa_cache_sets_total", { provider, result: "stored" })).toBe(5)
    expect(scrape.value("medusa_cache_sets_total", { provider, result: "refused", reason: "stale" })).toBe(1)
    expect(scrape.value("medusa_cache_clears_total", { provider, kind: "automatic" })).toBe(8)
    expect(scrape.value("medusa_cache_clears_pending_total", { provider })).toBe(2)
    expect(scrape.value("medusa_cache_entity_lookups_total", { provider, entity: "Product" })).toBe(9)
    expect(scrape.value("medusa_cache_entity_cleared_total", { provider, entity: "Product" })).toBe(1)
    expect(scrape.value("medusa_cache_entity_lookups_total", { provider, entity: 'a "strange" type\n' })).toBe(1)
  })

  it("are in seconds and bytes", () => {
    const scrape = scrapeOf()

    expect(scrape.value("medusa_cache_time_saved_seconds_total", { provider })).toBe(1.5)
    expect(scrape.value("medusa_cache_build_duration_seconds_sum", { provider })).toBe(0.25)
    expect(scrape.value("medusa_cache_build_duration_seconds_count", { provider })).toBe(4)
    expect(scrape.value("medusa_cache_server_memory_limit_bytes", { provider, server: SERVER.id })).toBe(67_108_864)
  })

  it("have the view of the process under its name, and what is shared without it", () => {
    const { series } = scrapeOf()
    const withProcess = [...series.keys()].filter((key) => key.includes('"process"')).map((key) => key.split("{")[0])

    expect(scrapeOf().value("medusa_cache_status", { provider, process, status: "degraded" })).toBe(1)
    expect(scrapeOf().value("medusa_cache_status", { provider, process, status: "healthy" })).toBe(0)
    expect(scrapeOf().value("medusa_cache_pending_clears", { provider, process })).toBe(2)
    expect(new Set(withProcess)).toEqual(
      new Set([
        "medusa_cache_active",
        "medusa_cache_status",
        "medusa_cache_pending_clears",
        "medusa_cache_log_version",
        "medusa_cache_server_up",
      ])
    )
  })

  it("have no figures of a server that does not answer, except that it does not", () => {
    const scrape = scrapeOf()

    expect(scrape.value("medusa_cache_server_up", { provider, process, server: SERVER.id })).toBe(1)
    expect(scrape.value("medusa_cache_server_up", { provider, process, server: AWAY.id })).toBe(0)
    expect(scrape.value("medusa_cache_server_evictions_total", { provider, server: SERVER.id })).toBe(7)
    expect(scrape.value("medusa_cache_server_evictions_total", { provider, server: AWAY.id })).toBeUndefined()
  })

  it("have no counters when the shared ones cannot be read: zeros would look like a restart", () => {
    const scrape = scrapeOf({ providers: [{ ...PROVIDER, figures: undefined, servers: [AWAY] }] })

    expect([...scrape.monotonic.keys()]).toEqual([])
    expect(scrape.value("medusa_cache_status", { provider, process, status: "degraded" })).toBe(1)
  })

  it("say that no cache runs", () => {
    const scrape = scrapeOf({ isActive: false, providers: [] })

    expect([...scrape.names]).toEqual(["medusa_cache_active"])
    expect(scrape.value("medusa_cache_active", { process })).toBe(0)
  })

  it("follow Prometheus' conventions: counters end in _total, nothing else does, and all have a help text", () => {
    for (const { name, type, help } of scrapeOf().families) {
      expect({ name, isCounter: type === "COUNTER" }).toEqual({ name, isCounter: name.endsWith("_total") })
      expect(name).toMatch(/^medusa_cache_[a-z_]+$/)
      expect(help).toMatch(/^[A-Z].*\.$/)
    }
  })

  it("of several providers are in one family", () => {
    const scrape = scrapeOf({ providers: [PROVIDER, { ...PROVIDER, providerId: "second" }] })

    expect(scrape.value("medusa_cache_lookups_total", { provider: "second", result: "hit" })).toBe(6)
    const names = scrape.families.map(({ name }) => name)
    expect(names).toHaveLength(new Set(names).size)
  })
})
