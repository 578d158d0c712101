import type { IWorkflowEngineService } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import continueInvalidations from "../../../src/jobs/continue-invalidations"
import { CACHE_MONITOR } from "../../../src/modules/cache-monitor"
import type { CacheMonitorService } from "../../../src/modules/cache-monitor/service"
import { invalidateCacheWorkflow } from "../../../src/workflows"
import { eventually } from "../../../testing/eventually"
import { ShopCache } from "../admin-cache/shop-cache"
import { useProxiedMemcached } from "../memcached-of-the-app"
import { MedusaProcess } from "../two-processes/medusa-process"
import { Observer } from "./observer"
import { productTag } from "./product-ids"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(600_000)

const PREFIX = "interruptions"
const TARGETS = 100_000

/** A run then takes 15 seconds. */
const SLOW_NETWORK_MS = 150
const PATIENCE_MS = 60_000

const { proxy } = useProxiedMemcached(PREFIX)
beforeAll(() => void (process.env.WORKFLOW_ENGINE_REDIS_URL = process.env.REDIS_URL))

shopTestRunner({
  // Each test finds its runs and its entries by names of their own.
  keepsDatabase: true,
  testSuite: ({ getContainer, databaseUrl }) => {
    let shop: ShopCache
    let observer: Observer
    beforeAll(() => {
      shop = new ShopCache(getContainer())
      observer = new Observer((id) => invalidations().find(id))
    })
    afterEach(() => proxy().heal())

    const monitor = () => getContainer().resolve<CacheMonitorService>(CACHE_MONITOR)
    const invalidations = () => monitor().invalidations
    const sql = (text: string) => getContainer().resolve(ContainerRegistrationKeys.PG_CONNECTION).raw(text)
    const engine = (): IWorkflowEngineService => getContainer().resolve(Modules.WORKFLOW_ENGINE)
    const startWorker = () => MedusaProcess.start("worker", { DATABASE_URL: databaseUrl, CACHE_PREFIX: PREFIX })

    it("goes on with what is left after the database has failed once", async () => {
      const logged = jest.spyOn(getContainer().resolve(ContainerRegistrationKeys.LOGGER), "warn")
      await sql(`create function fail() returns trigger language plpgsql as $$
        begin raise exception 'terminating connection due to administrator command' using errcode = '57P01'; end $$`)
      await sql(`create trigger fail before update on cache_invalidation_batch for each row
        when (new.invalidation_id = 'database' and new.index = 1) execute function fail()`)
      const tags = Array.from({ length: 3_000 }, (_, i) => `Menu:${i}`)
      await shop.store({ key: "last", tags: ["Menu:2999"] })
      await invalidateCacheWorkflow(getContainer()).run({ input: { tags }, context: { transactionId: "database" } })
      await eventually(
        () => Promise.resolve(invalidations().holds("database")),
        (holds) => !holds,
        PATIENCE_MS
      )
      expect(logged.mock.calls.flat().join("\n")).toMatch(
        /the invalidation database was interrupted\. A worker goes on/
      )
      await sql("drop trigger fail on cache_invalidation_batch")
      await sql("update cache_invalidation set heartbeat_at = now() - interval '1 minute'")
      const interrupted = { state: "failed", done: 1_000, message: expect.stringMatching(/^Interrupted: /) as string }
      expect(await invalidations().find("database")).toMatchObject(interrupted)

      await continueInvalidations(getContainer())
      expect(await invalidations().find("database")).toMatchObject({ state: "done", done: 3_000, total: 3_000 })
      expect(await shop.has("last")).toBe(false)
      await eventually(
        () => engine().listWorkflowExecutions({ transaction_id: "database" }),
        ([execution]) => execution?.state === "done",
        PATIENCE_MS
      )
    })

    it("goes on after its process was stopped in the middle", async () => {
      await shop.store({ key: "stopped", tags: [productTag(TARGETS - 1)] })
      const worker = await startWorker()
      proxy().inject({ responseDelayMs: SLOW_NETWORK_MS })
      await worker.call("invalidate", { transactionId: "stopped", products: TARGETS })
      await observer.until("stopped", ({ done }) => done > 20_000)
      await worker.stop()
      proxy().heal()
      await sql("update cache_invalidation set heartbeat_at = now() - interval '1 minute' where id = 'stopped'")
      await continueInvalidations(getContainer())
      expect(await invalidations().find("stopped")).toMatchObject({ state: "done", done: TARGETS })
      expect(await shop.has("stopped")).toBe(false)
    })
  },
})
