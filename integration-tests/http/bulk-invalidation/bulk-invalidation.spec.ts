import { setTimeout as delay } from "node:timers/promises"
import { Modules } from "@medusajs/framework/utils"
import { CACHE_MONITOR } from "../../../src/modules/cache-monitor"
import type { Invalidation } from "../../../src/modules/cache-monitor/invalidation"
import type { CacheMonitorService } from "../../../src/modules/cache-monitor/service"
import { eventually } from "../../../testing/eventually"
import { FaultProxy } from "../../../testing/fault-proxy"
import { type MemcachedProcess, startMemcached } from "../../../testing/memcached"
import { silenceKnex } from "../memcached-of-the-app"
import { ShopCache } from "../admin-cache/shop-cache"
import { createAdminUser } from "../admin-user"
import { seedCatalogue } from "../catalogue"
import { MedusaProcess } from "../two-processes/medusa-process"
import { hasEnded, isMonotonic, Observer } from "./observer"
import { lookFromOutside, type OutsideReport } from "./outside"
import { productTag } from "./product-ids"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(600_000)

const PREFIX = "bulk"
const TARGETS = 100_000
/** Fewer than the log remembers, so that what was not named stays. */
const SOME_TARGETS = 40_000
const TARGETS_PER_RECORD = 1_000

/** As between two machines in one building, give or take: a run takes longer than the pauses between two words about it. */
const NETWORK_DELAY_MS = 15

/** A run then takes 15 seconds, so that what happens when a fifth of it is done happens in the middle, however busy the machine. */
const SLOW_NETWORK_MS = 150

const PATIENCE_MS = 60_000

/** Generous: the request, and what the log remembers. */
const MAX_HEAP_PEAK_MB = 512
const MAX_HEAP_KEPT_MB = 64

// The log is on the first of two servers, so that entries on the other one outlive it.
let logServer: MemcachedProcess
let entryServer: MemcachedProcess
let proxy: FaultProxy
beforeAll(async () => {
  ;[logServer, entryServer] = await Promise.all([startMemcached(), startMemcached()])
  proxy = await FaultProxy.start(logServer.port)
  process.env.MEMCACHED_SERVERS = `${proxy.host}:${proxy.port},${entryServer.address}`
  process.env.CACHE_PREFIX = PREFIX
  process.env.CACHE_TIMEOUT_MS = "2000"
})
afterAll(async () => {
  await proxy.stop()
  await Promise.all([logServer.stop(), entryServer.stop()])
})
silenceKnex()

shopTestRunner({
  // Each test finds its runs and its entries by names of their own.
  keepsDatabase: true,
  testSuite: ({ getContainer, databaseUrl }) => {
    let shop: ShopCache
    let observer: Observer

    const start = (mode: "server" | "worker", environment: Record<string, string> = {}) =>
      MedusaProcess.start(mode, { DATABASE_URL: databaseUrl, CACHE_PREFIX: PREFIX, ...environment })
    beforeEach(() => {
      const { invalidations } = getContainer().resolve<CacheMonitorService>(CACHE_MONITOR)
      shop = new ShopCache(getContainer())
      observer = new Observer((id) => invalidations.find(id))
    })
    afterEach(() => proxy.heal())

    /** Some with tags that are going to be cleared. Returns their keys. */
    const storeEntries = async (name: string, targets: number): Promise<string[]> => {
      const keys: string[] = []
      for (let i = 0; i < 12; i++) {
        keys.push(`${name}-${i}`)
        await shop.store({ key: `${name}-${i}`, tags: [productTag(Math.floor(((targets - 1) * i) / 11))] })
      }
      return keys
    }
    const foundIn = async (
      keys: readonly string[],
      medusa: { has(key: string): Promise<boolean> }
    ): Promise<string[]> => {
      const found = await Promise.all(keys.map((key) => medusa.has(key)))
      return keys.filter((_, i) => found[i])
    }
    const asShop = (medusa: MedusaProcess) => ({ has: (key: string) => medusa.call("has", key) })

    describe("100,000 targets over HTTP", () => {
      let server: MedusaProcess
      beforeAll(async () => {
        server = await start("server", { LISTEN: "true" })
      })
      afterAll(() => server.kill())

      it("are cleared in the background of a server that goes on answering", async () => {
        const adminHeaders = await createAdminUser(getContainer())
        const { publishableKey } = await seedCatalogue(getContainer())
        const order = { baseUrl: `http://127.0.0.1:${server.port}`, adminHeaders, publishableKey }
        const keys = await storeEntries("http", TARGETS)

        const dry = await lookFromOutside({ ...order, start: { products: TARGETS, body: { dry_run: true } } })
        expect({ failures: dry.failures, state: dry.states.at(-1) }).toEqual({ failures: [], state: "done" })
        expect(dry.done.at(-1)).toBe(TARGETS)
        expect(await foundIn(keys, shop)).toEqual(keys)

        const eventsBefore = (await server.call("events")).length
        proxy.inject({ responseDelayMs: NETWORK_DELAY_MS })
        proxy.resetCounters()
        await server.call("watchLoop")
        const [report, seen] = await Promise.all([
          lookFromOutside({ ...order, start: { products: TARGETS, body: {} } }),
          untilTheNewestEnds(),
        ])
        const loop = await server.call("loop")
        proxy.heal()
        print("100,000 targets over HTTP, in the server", report, loop)

        expect(report).toMatchObject({ failures: [], states: ["running", "done"] })
        for (const counts of [report.done, seen.map(({ done }) => done)]) {
          expect(isMonotonic(counts)).toBe(true)
          expect(counts.at(-1)).toBe(TARGETS)
          expect(counts.some((count) => count > 0 && count < TARGETS)).toBe(true)
        }
        expect(seen.at(-1)).toMatchObject({ id: report.id, state: "done", total: TARGETS, pending: 0, retries: 0 })
        expectRecords(proxy.commands.headsSwapped, TARGETS / TARGETS_PER_RECORD)
        for (const medusa of [shop, asShop(server)]) expect(await foundIn(keys, medusa)).toEqual([])
        expect((await server.call("events")).length).toBe(eventsBefore)
        expect(loop?.heapPeakMb).toBeLessThan(MAX_HEAP_PEAK_MB)
        expect(loop?.heapKeptMb).toBeLessThan(MAX_HEAP_KEPT_MB)
      })

      /** In this process, which has not been told the id. */
      const untilTheNewestEnds = async (): Promise<Invalidation[]> => {
        const { invalidations } = getContainer().resolve<CacheMonitorService>(CACHE_MONITOR)
        const known = new Set((await invalidations.list()).map(({ id }) => id))
        const started = await eventually(
          async () => (await invalidations.list()).find(({ id }) => !known.has(id)),
          (run) => run !== undefined,
          PATIENCE_MS
        )
        return observer.until(started?.id ?? "", hasEnded)
      }
    })

    describe("a workflow in a worker", () => {
      let worker: MedusaProcess
      beforeAll(async () => {
        worker = await start("worker")
      })
      afterAll(() => worker.kill())

      it("is carried out once under one transaction id, seen by others, and spares what it does not name", async () => {
        const keys = await storeEntries("once", SOME_TARGETS)
        await shop.store({ key: "bystander", tags: [productTag(SOME_TARGETS)] })
        const order = { transactionId: "erp-import-1", products: SOME_TARGETS }

        await worker.call("invalidate", { ...order, transactionId: "dry", dryRun: true })
        expect(await worker.call("result", "dry")).toMatchObject({ state: "done", dryRun: true, total: SOME_TARGETS })
        expect(await foundIn(keys, shop)).toEqual(keys)

        proxy.inject({ responseDelayMs: NETWORK_DELAY_MS })
        proxy.resetCounters()
        await worker.call("watchLoop")
        const [seen] = await Promise.all([
          observer.until(order.transactionId, hasEnded),
          // The engine refuses one that comes while another is being started, and ignores one that comes later.
          Promise.allSettled([worker.call("invalidate", order), worker.call("invalidate", order)]).then((both) => {
            expect(both.map(({ status }) => status)).toContain("fulfilled")
            return worker.call("invalidate", order)
          }),
        ])
        const result = await worker.call("result", order.transactionId)
        console.info(`${SOME_TARGETS} targets, in a worker: ${JSON.stringify(await worker.call("loop"))}`)
        await worker.call("invalidate", order)
        await delay(1_000)
        proxy.heal()

        expect(result).toMatchObject({ state: "done", total: SOME_TARGETS, done: SOME_TARGETS, pending: 0, retries: 0 })
        expect(result).toMatchObject({ id: order.transactionId, staleUntilMs: null, dryRun: false })
        const counts = seen.map(({ done }) => done)
        expect(isMonotonic(counts)).toBe(true)
        expect(counts.some((count) => count > 0 && count < SOME_TARGETS)).toBe(true)
        expectRecords(proxy.commands.headsSwapped, SOME_TARGETS / TARGETS_PER_RECORD)
        for (const medusa of [shop, asShop(worker)]) {
          expect(await foundIn([...keys, "bystander"], medusa)).toEqual(["bystander"])
        }
        expect(await worker.call("events")).toEqual([])
      })

      it("loses nothing when Memcached is killed in the middle and comes back", async () => {
        const keys = await storeEntries("restart", TARGETS)
        proxy.inject({ responseDelayMs: SLOW_NETWORK_MS })
        await worker.call("invalidate", { transactionId: "restart", products: TARGETS })
        await observer.until("restart", ({ done }) => done > 20_000)
        await logServer.kill()
        await delay(5_000)
        await logServer.restart()
        const result = await worker.call("result", "restart")
        const [run] = (await observer.until("restart", hasEnded)).slice(-1)

        expect(result).toMatchObject({ state: "done", total: TARGETS, done: TARGETS, pending: 0 })
        expect(result?.retries).toBeGreaterThan(0)
        expect(run).toMatchObject({ state: "done", retries: result?.retries, message: `Cleared ${TARGETS} targets.` })
        for (const medusa of [shop, asShop(worker)]) expect(await foundIn(keys, medusa)).toEqual([])
      })

      it("loses nothing when Memcached is frozen in the middle, with its entries", async () => {
        const keys = await storeEntries("frozen", TARGETS)
        proxy.inject({ responseDelayMs: SLOW_NETWORK_MS })
        await worker.call("invalidate", { transactionId: "frozen", products: TARGETS })
        await observer.until("frozen", ({ done }) => done > 20_000)
        logServer.freeze()
        await delay(5_000)
        logServer.thaw()
        expect(await worker.call("result", "frozen")).toMatchObject({ state: "done", done: TARGETS, pending: 0 })
        for (const medusa of [shop, asShop(worker)]) expect(await foundIn(keys, medusa)).toEqual([])
      })

      it("ends without Memcached, says what is pending, and delivers it when Memcached is back", async () => {
        const keys = await storeEntries("away", TARGETS)
        proxy.inject({ responseDelayMs: NETWORK_DELAY_MS })
        await worker.call("invalidate", { transactionId: "away", products: TARGETS })
        await observer.until("away", ({ done }) => done > 20_000)
        await logServer.kill()
        const result = await worker.call("result", "away")
        expect(result).toMatchObject({ state: "partly_done", total: TARGETS, done: TARGETS, staleUntilMs: null })
        expect(result?.pending).toBeGreaterThan(0)
        expect(result?.pending).toBeLessThan(TARGETS)
        expect(result?.message).toContain(`could not be reached for ${result?.pending} of ${TARGETS} targets`)
        expect(await worker.call("invalidation", "away")).toMatchObject({ state: "partly_done" })
        expect(await foundIn(keys, asShop(worker))).toEqual([])

        await logServer.restart()
        const [run] = (await observer.until("away", ({ state }) => state === "done")).slice(-1)
        expect(run).toMatchObject({ pending: 0, done: TARGETS })
        expect(run?.message).toContain(`${result?.pending} targets were delivered after the run had ended`)
        for (const medusa of [shop, asShop(worker)]) expect(await foundIn(keys, medusa)).toEqual([])
      })

      // The last one: it takes the worker away.
      it("is shown as interrupted when its process is killed, and goes on in another with what is left", async () => {
        const keys = await storeEntries("killed", TARGETS)
        proxy.inject({ responseDelayMs: NETWORK_DELAY_MS })
        await worker.call("invalidate", { transactionId: "killed", products: TARGETS })
        await observer.until("killed", ({ done }) => done > 20_000)
        // Of its last word; what follows may take a while.
        const killedAt = Date.now()
        await worker.kill()
        proxy.heal()
        const [run] = (await observer.until("killed", hasEnded)).slice(-1)
        expect(Date.now() - killedAt).toBeGreaterThan(25_000)
        expect(run).toMatchObject({ state: "failed", total: TARGETS, pending: 0 })
        expect(run?.done).toBeLessThan(TARGETS)
        expect(run?.message).toMatch(/^Interrupted: .*A worker goes on with the rest within two minutes\.$/)

        proxy.resetCounters()
        const goingOn = await observer.until("killed", ({ state }) => state === "done")
        expect(goingOn.at(-1)).toMatchObject({ done: TARGETS, pending: 0, message: `Cleared ${TARGETS} targets.` })
        expect(isMonotonic(goingOn.map(({ done }) => done))).toBe(true)
        expectRecords(proxy.commands.headsSwapped, (TARGETS - (run?.done ?? 0)) / TARGETS_PER_RECORD)
        expect(await foundIn(keys, shop)).toEqual([])
        const engine = getContainer().resolve(Modules.WORKFLOW_ENGINE)
        await eventually(
          () => engine.listWorkflowExecutions({ transaction_id: "killed" }),
          ([execution]) => execution?.state === "done",
          PATIENCE_MS
        )
      })
    })
  },
})

function print(title: string, { acceptedMs, endedMs, health, products }: OutsideReport, loop: unknown): void {
  const figures = { acceptedMs, endedMs, health, products, loop }
  console.info(`${title}: ${JSON.stringify(figures)}`)
}

/** With two servers each record is put into the head of each, and closed there. */
function expectRecords(headsSwapped: number, records: number): void {
  expect(headsSwapped).toBeGreaterThanOrEqual(2 * records)
  // A new head, and listing the other server in it.
  expect(headsSwapped).toBeLessThanOrEqual(2 * records + 4)
}
