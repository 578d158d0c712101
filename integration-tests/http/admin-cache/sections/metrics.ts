import { readFileSync } from "node:fs"
import { join } from "node:path"
import { CACHE_MONITOR } from "../../../../src/modules/cache-monitor"
import type { CacheMonitorService } from "../../../../src/modules/cache-monitor/service"
import type { AdminCacheStatsResponse } from "../../../../src/types/http"
import { eventually } from "../../../../testing/eventually"
import { Scrape } from "../../../../testing/scrape"
import type { Section } from "./section"

const provider = "caching-memcached"

const PATIENCE_MS = 60_000

const DASHBOARD = join(__dirname, "../../../../docs/grafana/medusa-cache.json")

interface Panel {
  readonly title: string
  readonly datasource: unknown
  readonly fieldConfig: { readonly defaults: { readonly unit?: string } }
  readonly targets: readonly { readonly expr: string; readonly datasource: unknown }[]
}

interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[]
  }
}

export function describeMetrics({ api, container, admin, shop, memcached }: Section): void {
  /** Shares what this process has counted, which it does every few seconds by itself. */
  const flush = async (): Promise<void> => {
    for (const cache of container().resolve<CacheMonitorService>(CACHE_MONITOR).caches().values()) {
      await cache.insight.timeSeries.flush()
    }
  }
  const scraped = async (): Promise<Scrape> => {
    const { status, data } = await admin().get<string>("/metrics")
    expect(status).toBe(200)
    return new Scrape(data)
  }
  const scrapedWhen = (isRight: (scrape: Scrape) => boolean): Promise<Scrape> =>
    eventually(scraped, isRight, PATIENCE_MS)

  describe("GET /admin/cache/metrics", () => {
    it("is Prometheus' text format, for a scraper with a secret API key", async () => {
      const { data } = await admin().createSecretKey<{ api_key: { token: string } }>()
      const auth = { username: data.api_key.token, password: "" }
      const answer = await api.get<string>("/admin/cache/metrics", { auth })
      expect(answer.status).toBe(200)
      expect(answer.headers["content-type"]).toMatch(/^text\/plain;.*version=0\.0\.4/)
      expect(new Scrape(answer.data).families.length).toBeGreaterThan(20)
    })

    it("has what all processes have counted, as the statistics have it", async () => {
      const hits = (scrape: Scrape) => scrape.value("medusa_cache_lookups_total", { provider, result: "hit" }) ?? NaN
      const clears = (scrape: Scrape) =>
        scrape.value("medusa_cache_clears_total", { provider, kind: "explicit" }) ?? NaN
      await flush()
      const before = await scraped()
      await shop().store({ key: "counted", tags: ["Counted:1"] })
      for (let i = 0; i < 5; i++) expect(await shop().has("counted")).toBe(true)
      await admin().post("/clear", { tags: ["Counted:1"] })
      expect(await shop().has("counted")).toBe(false)
      await flush()
      const after = await scraped()

      expect(hits(after) - hits(before)).toBeGreaterThanOrEqual(5)
      expect(clears(after) - clears(before)).toBe(1)
      expect(after.value("medusa_cache_entity_hits_total", { provider, entity: "Counted" })).toBeGreaterThanOrEqual(5)
      expect(after.value("medusa_cache_entity_cleared_total", { provider, entity: "Counted" })).toBe(1)
      for (const [series, value] of before.monotonic) {
        expect({ series, wentDown: (after.monotonic.get(series) ?? -1) < value }).toEqual({ series, wentDown: false })
      }
    })

    it("adds up to the totals of the statistics", async () => {
      const { totals } = (await admin().get<AdminCacheStatsResponse>("/stats?range=7d")).data.stats
      await flush()
      const scrape = await scraped()
      for (const [reason, count] of Object.entries(totals.misses)) {
        expect(scrape.value("medusa_cache_lookups_total", { provider, result: "miss", reason })).toBe(count)
      }
      expect(scrape.value("medusa_cache_sets_total", { provider, result: "stored" })).toBe(totals.sets)
      expect(scrape.value("medusa_cache_clears_total", { provider, kind: "explicit" })).toBe(totals.clears.explicit)
      expect(scrape.value("medusa_cache_read_bytes_total", { provider })).toBe(totals.bytes.read)
    })

    it("has Memcached's own figures", async () => {
      const labels = { provider, server: memcached().address }
      const scrape = await scraped()
      expect(scrape.value("medusa_cache_server_memory_limit_bytes", labels)).toBe(64 * 1024 * 1024)
      expect(scrape.value("medusa_cache_server_items", labels)).toBeGreaterThan(0)
      expect(scrape.value("medusa_cache_server_evictions_total", labels)).toBe(0)
    })

    it("has no counters while Memcached is away, and says that it is", async () => {
      await memcached().kill()
      await shop().has("anything")
      const isHealthy = (scrape: Scrape): boolean =>
        [...scrape.series].some(([key, { value }]) => key.includes('"healthy"') && value === 1)
      try {
        const scrape = await scrapedWhen((seen) => !isHealthy(seen))
        expect([...scrape.monotonic.keys()]).toEqual([])
        expect([...scrape.series].filter(([key]) => key.includes("server_up")).map(([, { value }]) => value)).toEqual([
          0,
        ])
      } finally {
        await memcached().restart()
        await scrapedWhen(isHealthy)
      }
    })
  })

  describe("the dashboard for Grafana", () => {
    const dashboard = JSON.parse(readFileSync(DASHBOARD, "utf8")) as Dashboard

    it("asks for metrics that exist", async () => {
      await shop().store({ key: "dashboard", tags: ["Dashboard:1"] })
      await flush()
      const { names } = await scraped()
      const expressions = [
        ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
        ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
      ]
      const wanted = new Set(expressions.flatMap((expression) => expression.match(/\bmedusa_\w+/g) ?? []))
      expect(wanted.size).toBeGreaterThan(15)
      expect([...wanted].filter((name) => !names.has(name))).toEqual([])
    })

    it("works with any data source, and every panel has a unit", () => {
      expect(dashboard.templating.list).toContainEqual(
        expect.objectContaining({ name: "datasource", type: "datasource" })
      )
      for (const { title, datasource, fieldConfig, targets } of dashboard.panels) {
        const sources = [datasource, ...targets.map((target) => target.datasource)]
        expect({ title, sources }).toEqual({
          title,
          sources: sources.map(() => ({ type: "prometheus", uid: "${datasource}" })),
        })
        expect({ title, unit: fieldConfig.defaults.unit }).toEqual({ title, unit: expect.any(String) as string })
      }
    })

    it("has a panel for each thing that somebody asks when the cache is slow", () => {
      const units = dashboard.panels.map(({ title, fieldConfig }) => [title, fieldConfig.defaults.unit])
      expect(units).toEqual(
        expect.arrayContaining([
          ["Hit rate", "percentunit"],
          ["Misses by reason", "ops"],
          ["Lookups by entity", "ops"],
          ["Clears", "ops"],
          ["Pending clears", "short"],
          ["Memory", "bytes"],
          ["Evictions", "ops"],
          ["Time saved", "s"],
        ])
      )
    })
  })
}
