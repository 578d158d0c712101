import { setTimeout as delay } from "node:timers/promises"
import { updateProductsWorkflow } from "@medusajs/medusa/core-flows"
import type { ICachingModuleService } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { eventually } from "../../../testing/eventually"
import { seedCatalogue } from "../catalogue"
import { countersOf } from "../running-cache"
import { inOwnFlow } from "../../../testing/own-flow"
import type { TestShop } from "../shop-test-runner"

const OURS = "caching-memcached"
const REDIS = "caching-redis"
const PATIENCE_MS = 60_000
/** For a store that is under way. */
const STORE_MS = 1_000

interface Product {
  readonly id: string
  readonly title: string
}

export function describeQueries({ getContainer }: TestShop): void {
  describe("queries", () => {
    let productId: string
    let caching: ICachingModuleService
    let key: string
    let keys = 0

    beforeAll(async () => {
      const { products } = await seedCatalogue(getContainer())
      productId = products[0]?.id ?? ""
      caching = getContainer().resolve(Modules.CACHING)
    })
    beforeEach(() => {
      key = `side-by-side-${process.pid}-${++keys}`
    })

    /** The query of a route of the shop, cached where it says. */
    const query = (providers?: string[]): Promise<string | undefined> =>
      inOwnFlow(async () => {
        const { data } = await getContainer()
          .resolve(ContainerRegistrationKeys.QUERY)
          .graph(
            { entity: "product", fields: ["id", "title"], filters: { id: productId } },
            { cache: { enable: true, key, ...(providers ? { providers } : {}) } }
          )
        return (data as Product[])[0]?.title
      })

    const cachedBy = (provider: string): Promise<unknown> =>
      inOwnFlow(async () => (await caching.get({ key, providers: [provider] })) as unknown)

    /**
     * Queries until the provider has it: Medusa does not wait for its stores. Each query is given the time to store, so
     * that none does later, after a clear.
     */
    const warm = (provider: string, providers?: string[]) =>
      eventually(
        async () => {
          await query(providers)
          const dueAt = performance.now() + STORE_MS
          while ((await cachedBy(provider)) === null && performance.now() < dueAt) await delay(20)
          return cachedBy(provider)
        },
        (value) => value !== null,
        PATIENCE_MS
      )

    const rename = (title: string) =>
      updateProductsWorkflow(getContainer()).run({ input: { selector: { id: productId }, update: { title } } })

    const untilGone = (provider: string) =>
      eventually(
        () => cachedBy(provider),
        (value) => value === null,
        PATIENCE_MS
      )

    describe("a shop whose default is Redis, and that names this provider where it wants it", () => {
      it("has a query in Memcached and not in Redis, and is answered from there", async () => {
        const title = await query([OURS])
        await warm(OURS, [OURS])
        const before = countersOf(OURS)
        expect(await query([OURS])).toBe(title)

        expect(countersOf(OURS).hits - before.hits).toBe(1)
        expect(await cachedBy(REDIS)).toBeNull()
      })

      it("has every other query in Redis, and Memcached is not asked", async () => {
        const before = countersOf(OURS)
        await warm(REDIS)
        await query()

        expect(countersOf(OURS).lookups).toBe(before.lookups)
        expect(await cachedBy(OURS)).toBeNull()
      })

      it("reaches both with a clear that names both", async () => {
        for (const clear of [{ key }, { tags: [`Product:${productId}`] }]) {
          await warm(REDIS)
          await warm(OURS, [OURS])
          await caching.clear({ ...clear, providers: [REDIS, OURS] })

          expect(await cachedBy(OURS)).toBeNull()
          await untilGone(REDIS)
        }
      })

      it("reaches the default one only with a clear that names none", async () => {
        await warm(REDIS)
        await warm(OURS, [OURS])
        await caching.clear({ key })

        await untilGone(REDIS)
        expect(await cachedBy(OURS)).not.toBeNull()
      })
    })

    it("a change clears what both have of it", async () => {
      await warm(REDIS)
      await warm(OURS, [OURS])
      await rename("Renamed")

      expect(await query([OURS])).toBe("Renamed")
      await untilGone(REDIS)
    })
  })
}
