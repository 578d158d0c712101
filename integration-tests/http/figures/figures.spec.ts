import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { setTimeout as delay } from "node:timers/promises"
import type {
  AdminCacheResponse,
  AdminCacheStatsResponse,
  AdminCacheTagResponse,
  AdminCacheTotals,
} from "../../../src/types/http"
import archiveStatistics from "../../../src/jobs/archive-statistics"
import { CACHE_MONITOR } from "../../../src/modules/cache-monitor"
import type { CacheMonitorService } from "../../../src/modules/cache-monitor/service"
import { eventually } from "../../../testing/eventually"
import { CacheAdmin } from "../admin-cache/cache-admin"
import { createAdminUser } from "../admin-user"
import { seedCatalogue } from "../catalogue"
import { useMemcached } from "../memcached-of-the-app"
import { untilCached } from "../running-cache"
import { Shop } from "../shop"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(300_000)

const PROVIDER_ID = "caching-memcached"
const PATIENCE_MS = 30_000

const memcached = useMemcached("figures-tests", () => ({ CACHE_TIMEOUT_MS: "500" }))

/** What the page shows, against what was counted or timed from outside. */
shopTestRunner({
  testSuite: ({ api, getContainer }) => {
    let shop: Shop
    let admin: CacheAdmin

    beforeEach(async () => {
      const container = getContainer()
      const headers = await createAdminUser(container)
      shop = new Shop(api, await seedCatalogue(container), headers)
      admin = new CacheAdmin(api, headers)
      await clear({ all: true })
    })

    const totals = async (): Promise<AdminCacheTotals> =>
      (await admin.get<AdminCacheStatsResponse>("/stats?range=1h")).data.stats.totals

    const productFigures = async () =>
      (await admin.get<AdminCacheStatsResponse>("/stats?range=1h")).data.stats.by_entity.find(
        ({ entity }) => entity === "Product"
      )

    const tag = async (name: string): Promise<AdminCacheTagResponse> =>
      (await admin.get<AdminCacheTagResponse>(`/tag?tag=${encodeURIComponent(name)}`)).data

    const clear = async (body: object): Promise<number | null> =>
      (await admin.post<{ clear: { entries: number | null } }>("/clear", body)).data.clear.entries

    it("counts the hits of each tag, whichever lookup of a request comes first", async () => {
      await untilCached(PROVIDER_ID, () => shop.listProducts())
      const names = ["Product:list:*", "ApiKey:list:*", "Region:list:*"]
      const before = await Promise.all(names.map(tag))
      for (let i = 0; i < 20; i++) {
        await shop.listProducts()
        await delay(i)
      }
      const after = await Promise.all(names.map(tag))
      expect(after.map((answer, i) => answer.tag.hits - (before[i]?.tag.hits ?? 0))).toEqual([20, 20, 20])
    })

    it("tells lookups that a clear has cost from clears, and what was asked for from what came with it", async () => {
      const [product] = shop.catalogue.products
      const limits = [1, 2, 3, 4, 5]
      for (const limit of limits) await untilCached(PROVIDER_ID, () => shop.listProducts(limit))
      const edit = async (title: string): Promise<void> => {
        // Clears within a second are one change.
        await delay(1_100)
        await shop.updateProduct(product?.id ?? "", { title })
        for (const limit of limits) await shop.listProducts(limit)
      }
      await edit("The first")
      const before = await productFigures()
      for (let number = 0; number < 3; number++) await edit(`Edit ${number}`)
      const after = await productFigures()
      const by = (figures: Awaited<ReturnType<typeof productFigures>>) =>
        figures?.cleared_by.find(({ tag }) => tag.startsWith("Product:"))
      expect((after?.lookups ?? 0) - (before?.lookups ?? 0)).toBe(15)
      expect((after?.misses.cleared ?? 0) - (before?.misses.cleared ?? 0)).toBe(15)
      expect((by(after)?.misses ?? 0) - (by(before)?.misses ?? 0)).toBe(15)
      expect((by(after)?.clears ?? 0) - (by(before)?.clears ?? 0)).toBe(3)
    })

    it("has a history that outlives a restart of Memcached, where the table is there", async () => {
      const container = getContainer()
      for (let i = 0; i < 3; i++) await shop.listProducts()
      const { lookups } = await totals()
      expect(lookups).toBeGreaterThan(0)
      const cache = container.resolve<CacheMonitorService>(CACHE_MONITOR).caches().get(PROVIDER_ID)
      await cache?.insight.timeSeries.flush()
      await archiveStatistics(container)

      await memcached().restart()
      await untilCached(PROVIDER_ID, () => shop.listProducts())
      const { lookups: both } = await totals()
      expect(both).toBeGreaterThan(lookups)
      const { data } = await admin.get<AdminCacheResponse>()
      expect(data.cache.totals.lookups).toBeGreaterThanOrEqual(both)

      await container.resolve(ContainerRegistrationKeys.PG_CONNECTION).raw("drop table cache_statistics")
      await archiveStatistics(container)
      const { lookups: without } = await totals()
      expect(without).toBeGreaterThan(0)
      expect(without).toBeLessThan(lookups)
    })

    it("does not count entries that were cleared", async () => {
      for (const limit of [1, 2, 3]) await untilCached(PROVIDER_ID, () => shop.listProducts(limit))
      expect((await tag("Product:list:*")).tag.entries).toBe(3)
      expect(await clear({ tags: ["Product:list:*"] })).toBe(3)
      expect((await tag("Product:list:*")).tag.entries).toBe(0)
      expect(await clear({ tags: ["Product:list:*"] })).toBe(0)
    })

    it("does not take a monitor's lookups of its secret key for misses", async () => {
      const { data } = await admin.createSecretKey<{ api_key: { token: string } }>()
      const basic = Buffer.from(`${data.api_key.token}:`).toString("base64")
      const monitor = new CacheAdmin(api, { authorization: `Basic ${basic}` })
      const ask = () => monitor.get<AdminCacheStatsResponse>("/stats?range=1h")
      const { status } = await ask()
      expect(status).toBe(200)
      const before = await totals()
      for (let i = 0; i < 20; i++) await ask()
      const after = await totals()
      expect([after.lookups - before.lookups, after.uncacheable - before.uncacheable]).toEqual([0, 20])
    })

    it("knows by its request what a set belongs to, where the lookup's own context is lost", async () => {
      const cache = getContainer().resolve<CacheMonitorService>(CACHE_MONITOR).caches().get(PROVIDER_ID)
      if (cache === undefined) throw new Error("No cache runs")
      const get = cache.get.bind(cache)
      // As code of a shop that waits for something first: its asynchronous context is not its caller's.
      const waiting = jest.spyOn(cache, "get").mockImplementation(async (...args) => {
        await delay(1)
        return get(...args)
      })
      const sets = jest.spyOn(cache, "set")
      await shop.listProducts()

      // Only a set whose lookup is known says what its load has taken.
      const inspect = async ({ key }: { key: string }) => (await cache.insight.inspector.inspect(key)).costMicros
      const costs = await eventually(
        () => Promise.all(sets.mock.calls.map(([input]) => inspect(input))),
        (all) => all.some((cost) => cost > 0),
        PATIENCE_MS
      )
      for (const spy of [waiting, sets]) spy.mockRestore()
      expect(costs.some((cost) => cost > 0)).toBe(true)
    })
  },
})
