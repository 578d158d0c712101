import { setTimeout as delay } from "node:timers/promises"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { eventually } from "../../../testing/eventually"
import { ShopCache } from "../admin-cache/shop-cache"
import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"
import { MedusaProcess } from "../two-processes/medusa-process"

jest.setTimeout(300_000)

const PREFIX = "shutdown"
/** Far beyond what a process needs to close its connections to Memcached. */
const CLOSED_AFTER_MS = 3_000

const PATIENCE_MS = 60_000
const WAITING = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"

useMemcached(PREFIX)

shopTestRunner({
  keepsDatabase: true,
  testSuite: ({ getContainer, databaseUrl }) => {
    const knex = () => getContainer().resolve(ContainerRegistrationKeys.PG_CONNECTION)

    it("what a process still commits while it stops is cleared for the others", async () => {
      const products = getContainer().resolve(Modules.PRODUCT)
      const { id } = await products.createProducts({ title: "Old" })
      const worker = await MedusaProcess.start("worker", { DATABASE_URL: databaseUrl, CACHE_PREFIX: PREFIX })
      const cache = new ShopCache(getContainer())
      await cache.store({ key: "page", tags: [`Product:${id}`] })

      const held = await knex().transaction()
      await held.raw("select 1 from product where id = ? for update", [id])
      void worker.call("rename", id, "New").catch(() => undefined)
      await eventually(
        () => knex().raw<{ rows: object[] }>(WAITING),
        ({ rows }) => rows.length > 0,
        PATIENCE_MS
      )
      const stopped = worker.stop()
      await delay(CLOSED_AFTER_MS)
      await held.commit()
      await stopped

      expect((await products.retrieveProduct(id)).title).toBe("New")
      expect(await cache.has("page")).toBe(false)
    })
  },
})
