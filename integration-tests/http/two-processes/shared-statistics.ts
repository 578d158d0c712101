import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { Cache } from "../../../src/cache"
import { CACHE_MONITOR } from "../../../src/modules/cache-monitor"
import type { CacheMonitorService } from "../../../src/modules/cache-monitor/service"
import type { AdminCacheStatsResponse, CacheRange } from "../../../src/types/http"
import { eventually } from "../../../testing/eventually"
import { openMemcachedProvider, runningCaches } from "../../contract/memcached-subject"
import { CacheAdmin } from "../admin-cache/cache-admin"
import { READS } from "../admin-cache/every-route"
import type { Shop } from "../shop"
import { driveBoth } from "./drive-both"
import { difference, sum, total } from "./figures"
import type { MedusaProcess } from "./medusa-process"
import { untilUnchanged } from "./until-unchanged"
import { countProviderCalls, type ProviderCalls } from "./provider-calls"
import type { Section } from "./section"

const PATIENCE_MS = 120_000

/** What all processes have told, as any of them reads it. */
export function describeSharedStatistics(section: Section): void {
  const { api: http, getContainer, memcached, proxy, startWorker } = section
  describe("what the processes have told", () => {
    let worker: MedusaProcess
    let admin: CacheAdmin
    let shop: Shop
    let serverCalls: ProviderCalls
    /** Of workers that have ended. */
    let pastCalls: ProviderCalls = { lookups: 0, hits: 0, sets: 0, clears: 0 }

    const serverCache = (): Cache => {
      const [cache] = getContainer().resolve<CacheMonitorService>(CACHE_MONITOR).caches().values()
      if (cache === undefined) throw new Error("No cache runs in this process")
      return cache
    }

    const callsOfAll = async (): Promise<ProviderCalls> =>
      sum(sum(serverCalls, pastCalls), await worker.call("calls").catch(() => pastCalls))

    /** Over HTTP, from the server. */
    const stats = async (range: CacheRange = "1h") => {
      const { status, data } = await admin.get<AdminCacheStatsResponse>(`/stats?range=${range}`)
      expect({ status, complete: data.stats.complete }).toEqual({ status: 200, complete: true })
      return data.stats
    }
    const figures = async () => {
      const { totals } = await stats()
      const { lookups, hits, misses, sets, refused, clears } = totals
      return {
        lookups,
        hits,
        misses: total(misses),
        absent: misses.new + misses.expired + misses.removed + misses.too_large + misses.not_stored,
        sets,
        stored: sets + total(refused),
        clears: clears.explicit + clears.automatic,
        merged: clears.merged,
      }
    }
    const untilLookupsAre = (lookups: number) =>
      eventually(figures, (seen) => seen.lookups >= lookups, PATIENCE_MS).then((seen) => {
        expect(seen.lookups).toBe(lookups)
        return seen
      })
    const counted = async () => {
      const snapshots = [serverCache().insight.statistics.snapshot(), await worker.call("counters")]
      return snapshots.map(({ lookups, hits, sets }) => ({ lookups, hits, sets })).reduce(sum)
    }
    /** What a process counts is told a few seconds later. */
    const untilAllIsTold = () =>
      eventually(
        async () => ({ told: await figures(), counted: await counted() }),
        (seen) => Object.entries(seen.counted).every(([name, count]) => seen.told[name as "lookups"] === count),
        PATIENCE_MS
      )
    const quiet = () => untilUnchanged(callsOfAll)
    /** What this process has counted, which it would tell a few seconds later. */
    const tellOfServer = () => serverCache().insight.timeSeries.flush()

    // One test, since its steps build on each other, and each needs the two processes.
    it("tells over HTTP what all processes have counted, whatever becomes of them and of Memcached", async () => {
      admin = new CacheAdmin(http, { ...section.headers() })
      shop = section.shop()
      // What Memcached alone knows: the copies would add what it has lost.
      await getContainer().resolve(ContainerRegistrationKeys.PG_CONNECTION).raw("drop table cache_statistics")
      serverCalls = countProviderCalls(getContainer(), "caching-memcached")
      worker = section.worker()

      // What follows finds a log that exists, and two processes that know it and have told what they did before.
      await shop.listProducts()
      await worker.call("read", 5)
      await quiet()
      await untilAllIsTold()
      const figuresBefore = await figures()
      const callsBefore = await callsOfAll()
      proxy().resetCounters()

      await driveBoth(shop, worker)
      await quiet()
      const wire = proxy().commands
      const calls = difference(await callsOfAll(), callsBefore)
      const told = difference(await untilLookupsAre(figuresBefore.lookups + calls.lookups), figuresBefore)

      expect(calls.hits).toBeGreaterThan(0)
      expect(told).toMatchObject({
        lookups: calls.lookups,
        hits: calls.hits,
        misses: calls.lookups - calls.hits,
        stored: calls.sets,
        clears: calls.clears,
      })
      expect(told).toMatchObject({
        lookups: wire.entriesAsked,
        absent: wire.entriesAsked - wire.entriesFound,
        sets: wire.entriesStored,
      })
      expect(told.clears - told.merged).toBe(wire.headsSwapped)

      // Each range has the same, and its buckets add up to it.
      const hour = await stats()
      for (const range of ["1h", "6h", "24h", "7d"] as const) {
        const { totals, series, by_entity: entities } = await stats(range)
        expect(totals).toMatchObject({
          lookups: hour.totals.lookups,
          hits: hour.totals.hits,
          sets: hour.totals.sets,
        })
        const inBuckets = series
          .map(({ start: _start, misses, ...counts }) => ({ ...counts, misses: total(misses) }))
          .reduce(sum)
        expect(inBuckets).toMatchObject({
          lookups: totals.lookups,
          hits: totals.hits,
          misses: total(totals.misses),
          sets: totals.sets,
          clears: totals.clears.explicit + totals.clears.automatic,
        })
        const products = entities.find(({ entity }) => entity === "Product")
        expect(products?.misses.cleared).toBeGreaterThan(0)
        expect(products?.cleared_by.map(({ tag }) => tag).join()).toMatch(/Product:/)
        for (const entity of entities) {
          expect(entity.lookups).toBeLessThanOrEqual(totals.lookups)
          expect(entity.hits).toBeLessThanOrEqual(entity.lookups)
          expect(entity.misses.cleared).toBeLessThanOrEqual(entity.lookups - entity.hits)
        }
      }

      // To look does not count.
      const before = await figures()
      for (let i = 0; i < 10; i++) for (const { call } of READS) expect((await call(admin)).status).toBe(200)
      await tellOfServer()
      expect(await figures()).toEqual(before)

      // A process that is stopped in good order tells everything.
      for (let i = 0; i < 5; i++) await worker.call("read", 1)
      await quiet()
      const workerCalls = await worker.call("calls")
      const expected = before.lookups + 5
      await worker.stop()
      pastCalls = sum(pastCalls, workerCalls)
      expect((await figures()).lookups).toBe(expected)

      // One that is killed loses what it has counted since its last flush, and nothing else.
      worker = await startWorker()
      await worker.call("read", 1)
      const known = (await worker.call("calls")).lookups
      const flushed = await untilLookupsAre(expected + known)
      for (let i = 0; i < 7; i++) await worker.call("read", 1)
      await worker.kill()
      await untilUnchanged(figures)
      const left = (await figures()).lookups - flushed.lookups
      console.info(`7 lookups just before the kill, ${7 - left} of them lost`)
      expect(left).toBeGreaterThanOrEqual(0)
      expect(left).toBeLessThanOrEqual(7)

      // Memcached takes the buckets with it; what was not told yet is told when it is back, once.
      await tellOfServer()
      const callsAtKill = { ...serverCalls }
      await memcached().kill()
      for (let i = 0; i < 3; i++) await shop.listProducts(4)
      await memcached().restart()
      await eventually(
        async () => {
          await shop.listProducts(4)
          return difference(serverCalls, callsAtKill).hits
        },
        (hits) => hits > 0,
        PATIENCE_MS
      )
      await quietServer()
      const sinceKill = difference(serverCalls, callsAtKill)
      const after = await figures()
      expect(after).toMatchObject({ lookups: sinceKill.lookups, hits: sinceKill.hits })
      expect(total((await stats()).totals.misses)).toBe(sinceKill.lookups - sinceKill.hits)
      await tellOfServer()
      expect(await figures()).toEqual(after)

      // The server, too, tells everything at its end.
      for (let i = 0; i < 3; i++) await shop.listProducts(4)
      const lookups = after.lookups + difference(serverCalls, callsAtKill).lookups - sinceKill.lookups
      await getContainer().resolve<CacheMonitorService>(CACHE_MONITOR).__hooks.onApplicationShutdown()
      const { close } = await openMemcachedProvider({ cachePrefix: section.cachePrefix })
      const [reader] = runningCaches().values()
      const history = await (reader as unknown as Cache).insight.timeSeries.read("1h")
      await close()
      expect({ complete: history.complete, lookups: history.totals.lookups }).toEqual({ complete: true, lookups })
    })

    const quietServer = () => untilUnchanged(() => serverCalls)
  })
}
