import { ContainerRegistrationKeys, Modules, ProductStatus } from "@medusajs/framework/utils"
import { openMemcachedProvider } from "../contract/memcached-subject"
import { eventually } from "../../testing/eventually"
import { useMemcached } from "./memcached-of-the-app"
import { createAdminUser } from "./admin-user"
import { newProduct, seedCatalogue } from "./catalogue"
import { untilCached } from "./running-cache"
import { Shop } from "./shop"
import { Traffic } from "./traffic"
import { Worker } from "./worker"
import { shopTestRunner } from "./shop-test-runner"

jest.setTimeout(300_000)

/** As in medusa-config.ts. */
const PROVIDER_ID = "caching-memcached"
const PREFIX = "http-tests"
/** Three that change, and another one. */
const PRODUCTS = 4

const memcached = useMemcached(PREFIX, () => ({ CACHE_TIMEOUT_MS: "500" }))

shopTestRunner({
  testSuite: ({ api, getContainer }) => {
    let shop: Shop

    beforeAll(async () => {
      const container = getContainer()
      const catalogue = await seedCatalogue(container, PRODUCTS)
      shop = new Shop(api, catalogue, await createAdminUser(container))
    })

    // The database is as after the seed again; what the cache has from the test before would be wrong.
    beforeEach(() =>
      getContainer()
        .resolve(Modules.CACHING)
        .clear({ tags: ["*"] })
    )

    const warm = () => untilCached(PROVIDER_ID, () => shop.listProducts())

    /** Changes the source without Medusa knowing, so that whoever shows the old title has it from the cache. */
    const editBehindMedusa = (productId: string, title: string) =>
      getContainer()
        .resolve(ContainerRegistrationKeys.PG_CONNECTION)
        .raw("update product set title = ? where id = ?", [title, productId])

    describe("hits", () => {
      it("answers the second request from memcached, with an equal body", async () => {
        const first = await shop.listProducts()
        expect(first.products).toHaveLength(shop.catalogue.products.length)
        // Postgres returns the variants in any order.
        const small = first.products[0]?.variants?.find((variant) => variant.title === "S")
        expect(small?.calculated_price?.calculated_amount).toBe(10)

        const page = await warm()
        expect(page).toEqual(first)
      })

      it("does not ask the database for a hit", async () => {
        const [product] = shop.catalogue.products
        await warm()
        await editBehindMedusa(product?.id ?? "", "Only in the database")

        expect(await shop.titleOf(product?.id ?? "")).toBe("Shirt 0")
        await getContainer()
          .resolve(Modules.CACHING)
          .clear({ tags: ["*"] })
        expect(await shop.titleOf(product?.id ?? "")).toBe("Only in the database")
      })

      it("keeps an entry for each query", async () => {
        await warm()
        expect((await shop.listProducts(2)).products).toHaveLength(2)
        expect((await shop.listProducts(3)).products).toHaveLength(3)
        expect((await shop.listProducts()).products).toHaveLength(shop.catalogue.products.length)
      })

      it("answers 20 equal requests at once, and stores what they load", async () => {
        const pages = await Promise.all(Array.from({ length: 20 }, () => shop.listProducts()))

        for (const page of pages) expect(page).toEqual(pages[0])
        expect(await warm()).toEqual(pages[0])
      })
    })

    describe("invalidation", () => {
      it("shows a new title in the next read", async () => {
        for (const [i, product] of shop.catalogue.products.slice(0, 3).entries()) {
          await warm()
          await shop.updateProduct(product.id, { title: `Renamed ${i}` })

          expect(await shop.titleOf(product.id)).toBe(`Renamed ${i}`)
        }
        const page = await warm()
        expect(page.products.map((product) => product.title)).toEqual(
          expect.arrayContaining(["Renamed 0", "Renamed 1", "Renamed 2"])
        )
      })

      it("shows a new price in the next read", async () => {
        const [product] = shop.catalogue.products
        await warm()
        await shop.updateVariant(product?.id ?? "", product?.variantId ?? "", {
          prices: [{ amount: 77, currency_code: "eur" }],
        })

        const { products } = await shop.listProducts()
        const variant = products.flatMap(({ variants }) => variants ?? []).find(({ id }) => id === product?.variantId)
        expect(variant?.calculated_price?.calculated_amount).toBe(77)
      })

      it("shows a new name of a category in the next read", async () => {
        await warm()
        await shop.updateCategory(shop.catalogue.categoryId, { name: "Blouses" })

        const { products } = await shop.listProducts()
        expect(new Set(products.map(({ categories }) => categories?.[0]?.name))).toEqual(new Set(["Blouses"]))
      })

      it("leaves a deleted product out of the next read", async () => {
        const [product] = shop.catalogue.products
        const page = await warm()
        await shop.deleteProduct(product?.id ?? "")

        const after = await shop.listProducts()
        expect(after.count).toBe(page.count - 1)
        expect(after.products.map(({ id }) => id)).not.toContain(product?.id)
      })

      it("leaves out of the next read a product that is no longer published", async () => {
        const [product] = shop.catalogue.products
        const page = await warm()
        await shop.updateProduct(product?.id ?? "", { status: ProductStatus.DRAFT })

        const after = await shop.listProducts()
        expect(after.count).toBe(page.count - 1)
        expect(after.products.map(({ id }) => id)).not.toContain(product?.id)
      })

      it("has a new product in the next read", async () => {
        const page = await warm()
        await shop.createProduct(newProduct("Brand new", shop.catalogue.salesChannelId))

        const after = await shop.listProducts()
        expect(after.count).toBe(page.count + 1)
        expect(after.products.map(({ title }) => title)).toContain("Brand new")
      })

      it("leaves the list alone when something else changes", async () => {
        const page = await warm()
        await getContainer()
          .resolve(Modules.CACHING)
          .clear({ tags: ["Cart:list:*"], options: { autoInvalidate: true } })
        await getContainer().resolve(Modules.CUSTOMER).createCustomers({ email: "visitor@example.com" })
        await editBehindMedusa(shop.catalogue.products[0]?.id ?? "", "Only in the database")

        expect(await shop.listProducts()).toEqual(page)
      })

      it("shows no visitor anything older than an edit that was answered before the visitor asked", async () => {
        const traffic = await Traffic.start(shop, shop.catalogue.products[0]?.id ?? "")
        for (let i = 0; i < 15; i++) await traffic.edit()
        const report = await traffic.stop()

        expect(report).toMatchObject({ failures: [], stale: [] })
        expect(report.requests).toBeGreaterThan(15)
      })
    })

    describe("explicit use", () => {
      const titleFromQuery = async (): Promise<string | undefined> => {
        const answer = await getContainer()
          .resolve("query")
          .graph(
            { entity: "product", fields: ["id", "title"], filters: { id: shop.catalogue.products[0]?.id ?? "" } },
            { cache: { enable: true, key: "front-page", tags: ["front-page"], autoInvalidate: false } }
          )
        return (answer.data as { title: string }[])[0]?.title
      }

      it("keeps an entry without autoInvalidate through an edit, until a clear of its tag or key", async () => {
        const caching = getContainer().resolve(Modules.CACHING)
        const productId = shop.catalogue.products[0]?.id ?? ""
        for (const [i, clear] of [{ tags: ["front-page"] }, { key: "front-page" }].entries()) {
          const title = await titleFromQuery()
          await eventually(
            () => caching.get({ key: "front-page" }),
            (value) => value !== null,
            60_000
          )
          await shop.updateProduct(productId, { title: `Edit ${i}` })
          expect(await shop.titleOf(productId)).toBe(`Edit ${i}`)
          expect(await titleFromQuery()).toBe(title)

          await caching.clear(clear)
          expect(await titleFromQuery()).toBe(`Edit ${i}`)
        }
      })

      it('empties its prefix with "*", and not that of another shop on the same server', async () => {
        const caching = getContainer().resolve(Modules.CACHING)
        const other = await openMemcachedProvider({ serverUrls: [memcached().address], cachePrefix: "another-shop" })
        try {
          await other.cache.set({ key: "theirs", data: { of: "another shop" }, ttl: 60, tags: ["Product:list:*"] })
          await caching.set({ key: "ours", data: { of: "this shop" }, ttl: 60, tags: [] })
          await warm()
          await editBehindMedusa(shop.catalogue.products[0]?.id ?? "", "Only in the database")
          await caching.clear({ tags: ["*"] })

          expect(await caching.get({ key: "ours" })).toBeNull()
          expect(await shop.titleOf(shop.catalogue.products[0]?.id ?? "")).toBe("Only in the database")
          expect(await other.cache.get({ key: "theirs" })).toEqual({ of: "another shop" })
        } finally {
          await other.close()
        }
      })
    })

    describe("other processes", () => {
      it("follows the clears of a worker, also of one that crashed and was started again", async () => {
        const productId = shop.catalogue.products[0]?.id ?? ""
        const environment = { MEMCACHED_SERVERS: memcached().address, CACHE_PREFIX: PREFIX }
        for (const title of ["First", "Second"]) {
          const worker = await Worker.start(environment)
          try {
            await getContainer().resolve(Modules.CACHING).set({ key: "shared", data: { title }, ttl: 60, tags: [] })
            expect(await worker.get({ key: "shared" })).toEqual({ title })
            await warm()
            await editBehindMedusa(productId, title)
            expect(await shop.titleOf(productId)).not.toBe(title)
            await worker.clear({ tags: ["Product:list:*"], options: { autoInvalidate: true } })

            expect(await shop.titleOf(productId)).toBe(title)
          } finally {
            await worker.kill()
          }
          const page = await warm()
          expect(page.products.find(({ id }) => id === productId)?.title).toBe(title)
        }
      })
    })

    describe("outages", () => {
      // Whatever a test has done to it: the next one finds a server that answers, and an engine that has noticed.
      afterEach(async () => {
        memcached().thaw()
        if (memcached().pid === undefined) await memcached().restart()
        await warm()
      })

      it("answers every request while memcached is killed and started again, and nothing that is stale", async () => {
        const traffic = await Traffic.start(shop, shop.catalogue.products[0]?.id ?? "")
        await traffic.continueFor(12)
        await traffic.edit()
        await memcached().kill()
        for (let i = 0; i < 5; i++) await traffic.edit()
        await traffic.continueFor(12)
        await memcached().restart()
        for (let i = 0; i < 5; i++) await traffic.edit()
        await traffic.continueFor(12)
        await warm()
        await traffic.edit()
        const report = await traffic.stop()

        expect(report).toMatchObject({ failures: [], stale: [] })
        expect(report.slowestMs).toBeLessThan(SLOWEST_REQUEST_MS)
      })

      it("answers every request while memcached is frozen, and nothing that is stale when it goes on", async () => {
        const traffic = await Traffic.start(shop, shop.catalogue.products[0]?.id ?? "")
        await traffic.continueFor(12)
        memcached().freeze()
        await traffic.edit()
        await traffic.continueFor(12)
        await traffic.edit()
        memcached().thaw()
        await traffic.continueFor(12)
        await traffic.edit()
        await warm()
        const report = await traffic.stop()

        expect(report).toMatchObject({ failures: [], stale: [] })
        expect(report.slowestMs).toBeLessThan(SLOWEST_REQUEST_MS)
      })
    })
  },
})

/** Several lookups one after another, each at most its time-out, and a database on a busy machine. */
const SLOWEST_REQUEST_MS = 8_000
