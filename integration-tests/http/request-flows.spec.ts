import { setTimeout as delay } from "node:timers/promises"
import type { Cache } from "../../src/cache"
import { eventually } from "../../testing/eventually"
import { runningCaches } from "../contract/memcached-subject"
import { createAdminUser } from "./admin-user"
import { seedCatalogue } from "./catalogue"
import { useMemcached } from "./memcached-of-the-app"
import { Shop } from "./shop"
import { shopTestRunner } from "./shop-test-runner"

jest.setTimeout(300_000)

const PROVIDER_ID = "caching-memcached"

useMemcached("request-flows", () => ({}))

/** A lookup that waits for something first, as code of a shop does: its asynchronous context is not its caller's. */
function waitBeforeLookups(cache: Cache): void {
  const get = cache.get.bind(cache)
  cache.get = async (...args) => {
    await delay(1)
    return get(...args)
  }
}

shopTestRunner({
  testSuite: ({ api, getContainer }) => {
    it("knows by its request what a set belongs to, where the lookup's own context is lost", async () => {
      const container = getContainer()
      const shop = new Shop(api, await seedCatalogue(container), await createAdminUser(container))
      const cache = runningCaches().get(PROVIDER_ID) as unknown as Cache
      waitBeforeLookups(cache)
      const stored: string[] = []
      const set = cache.set.bind(cache)
      cache.set = (input) => {
        stored.push(input.key)
        return set(input)
      }
      await shop.listProducts()

      // Only a set whose lookup is known says what its load has taken.
      const costs = await eventually(
        () => Promise.all(stored.map(async (key) => (await cache.insight.inspector.inspect(key)).costMicros)),
        (all) => all.length > 0 && all.some((cost) => cost > 0),
        30_000
      )
      expect(costs.some((cost) => cost > 0)).toBe(true)
    })
  },
})
