import axios from "axios"
import { FaultProxy } from "../../../testing/fault-proxy"
import { testPostgres } from "../../../testing/test-postgres"
import { createAdminUser } from "../admin-user"
import { seedCatalogue } from "../catalogue"
import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"
import { MedusaProcess } from "../two-processes/medusa-process"
import { BusyShop } from "./busy-shop"

jest.setTimeout(300_000)

const PREFIX = "time-saved-tests"
const HITS = 200
/** Of each query, while the database is slow. A page needs several. */
const SLOW_MS = 100

/**
 * On a quiet machine the figures are right within a quarter. While other tests run beside this one a request takes
 * several times what processors work for it, which changes from second to second, and the figures are between the two.
 */
const TOLERANCE = 1.6

useMemcached(PREFIX)

shopTestRunner({
  testSuite: ({ getContainer, databaseUrl }) => {
    it("says what hits have saved: after a busy cold start, loads in turn, loads at once, and in a slow minute", async () => {
      const headers = await createAdminUser(getContainer())
      const catalogue = await seedCatalogue(getContainer())
      const { host, port } = testPostgres()
      const postgres = await FaultProxy.start(port, host)
      const url = new URL(databaseUrl)
      url.host = `${postgres.host}:${postgres.port}`
      const process = await MedusaProcess.start("server", {
        ...{ DATABASE_URL: url.href, CACHE_PREFIX: `${PREFIX}-cold`, LISTEN: "true" },
      })
      try {
        const api = axios.create({ baseURL: `http://127.0.0.1:${process.port ?? 0}` })
        const shop = new BusyShop(api, { catalogue, headers, process })
        const { pages } = shop

        await shop.visitAtOnce(pages)
        const coldStart = await shop.hits(HITS)

        const uncached = await shop.uncached()
        await shop.visitInTurn(pages)
        const inTurn = await shop.hits(HITS)

        await shop.clear()
        await shop.visitAtOnce(pages)
        const atOnce = await shop.hits(HITS)

        // A minute in miniature: half of the pages are built while each query takes longer, and stay.
        await shop.clear()
        postgres.inject({ requestDelayMs: SLOW_MS })
        const begun = performance.now()
        await shop.visitInTurn(pages.slice(0, 10))
        const slowPageMs = (performance.now() - begun) / 10
        postgres.heal()
        await shop.visitInTurn(pages.slice(10))
        const afterSlowness = await shop.hits(HITS)

        const byClock = uncached.byClock - inTurn.byClock
        const byProcessor = uncached.byProcessor - inTurn.byProcessor
        const told = Object.entries({ coldStart, inTurn, atOnce, afterSlowness })
          .map(([name, { savedMs }]) => `${name} ${savedMs.toFixed(1)}`)
          .join(", ")
        console.info(
          `Milliseconds saved by a request: ${byClock.toFixed(1)} by the clock, ${byProcessor.toFixed(1)} of a processor; ` +
            `by the figures: ${told}. A slow page took ${slowPageMs.toFixed(0)}.`
        )
        expect(slowPageMs).toBeGreaterThan(2 * byClock)
        for (const { savedMs } of [coldStart, inTurn, atOnce, afterSlowness]) {
          expect(savedMs).toBeGreaterThan(byProcessor / TOLERANCE)
          expect(savedMs).toBeLessThan(byClock * TOLERANCE)
        }
        // Nothing had been loaded alone yet, so that this is computed from what processors have worked. By the clock it
        // would be five times as much.
        expect(coldStart.savedMs).toBeLessThan(byProcessor * 2)
      } finally {
        await process.kill()
        await postgres.stop()
      }
    })
  },
})
