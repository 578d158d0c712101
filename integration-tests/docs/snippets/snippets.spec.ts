import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import type { Logger } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import type { AdminCacheInvalidationsResponse } from "../../../src/types/http"
import { eventually } from "../../../testing/eventually"
import { useMemcached } from "../../http/memcached-of-the-app"
import { CacheAdmin } from "../../http/admin-cache/cache-admin"
import { ShopCache } from "../../http/admin-cache/shop-cache"
import { createAdminUser } from "../../http/admin-user"
import { seedCatalogue } from "../../http/catalogue"
import { Shop } from "../../http/shop"
import erpImport, { config } from "./jobs/erp-import"
import saleDates, { config as saleDatesConfig } from "./jobs/sale-dates"
import { shopTestRunner } from "../../http/shop-test-runner"

jest.setTimeout(300_000)

const run = promisify(execFile)

useMemcached("snippets")

shopTestRunner({
  testSuite: ({ api: http, getContainer }) => {
    describe("the job that imports from an ERP", () => {
      it("shows the shop what it has written past Medusa", async () => {
        const container = getContainer()
        const shop = new Shop(http, await seedCatalogue(container), await createAdminUser(container))
        const titles = async () => [...new Set((await shop.listProducts()).products.map(({ title }) => title))]
        const before = await titles()
        expect(before.length).toBeGreaterThan(1)
        const logger = container.resolve<Logger>(ContainerRegistrationKeys.LOGGER)
        const said = jest.spyOn(logger, "info").mockImplementation(() => undefined)

        await erpImport(container)
        expect(await titles()).toEqual(["From the ERP"])
        expect(said.mock.calls.flat()).toContain(`Cleared ${shop.catalogue.products.length + 1} targets.`)
        expect(config).toEqual({ name: "erp-import", schedule: expect.stringMatching(/^[\d* ]+$/) as string })
      })
    })

    describe("the job for sales that begin and end by date", () => {
      interface Dates {
        readonly starts_at: string
        readonly ends_at: string
      }
      const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
      const inDays = (days: number) => inSeconds(days * 24 * 60 * 60)

      it("shows the shop the prices of a sale when it begins, and not after it has ended", async () => {
        const container = getContainer()
        const headers = await createAdminUser(container)
        const shop = new Shop(http, await seedCatalogue(container), headers)
        const variantId = shop.catalogue.products[0]?.variantId
        const toCome: Dates = { starts_at: inDays(30), ends_at: inDays(60) }
        const prices = [{ amount: 5, currency_code: "eur", variant_id: variantId }]
        const sale = { title: "Sale", description: "In a month", status: "active", type: "sale", prices, ...toCome }
        const { data } = await http.post<{ price_list: { id: string } }>("/admin/price-lists", sale, { headers })

        const price = async () => {
          const { products } = await shop.listProducts()
          const variant = products.flatMap(({ variants }) => variants ?? []).find(({ id }) => id === variantId)
          return variant?.calculated_price?.calculated_amount
        }
        /** As if time had passed, of which nobody hears. */
        const move = (dates: Dates) =>
          container
            .resolve(ContainerRegistrationKeys.PG_CONNECTION)("price_list")
            .where({ id: data.price_list.id })
            .update(dates)
        /** Until the cache has the old price when the dates move on: stores are not awaited by Medusa. */
        const passTime = (from: Dates, to: Dates, oldPrice: number) =>
          eventually(
            async () => {
              await container.resolve(Modules.CACHING).clear({ tags: ["Price:list:*"] })
              await move(from)
              await price()
              await move(to)
              return price()
            },
            (shown) => shown === oldPrice,
            20_000
          )

        const begun = { starts_at: inSeconds(-30), ends_at: inDays(60) }
        await passTime(toCome, begun, 10)
        await saleDates(container)
        expect(await price()).toBe(5)

        const over = { starts_at: inSeconds(-600), ends_at: inSeconds(-30) }
        await passTime(begun, over, 5)
        await saleDates(container)
        expect(await price()).toBe(10)
        expect(saleDatesConfig).toEqual({ name: "sale-dates", schedule: "* * * * *" })
      })
    })

    describe("the script for CI", () => {
      const keyOf = async (admin: CacheAdmin): Promise<string> =>
        (await admin.createSecretKey<{ api_key: { token: string } }>()).data.api_key.token

      const script = (key: string) =>
        run(join(__dirname, "clear-from-ci.sh"), {
          env: { ...process.env, CACHE: `${http.defaults.baseURL ?? ""}/admin/cache`, KEY: key },
        })

      it("clears with a secret API key, waits for the end, and says what was done", async () => {
        const admin = new CacheAdmin(http, { ...(await createAdminUser(getContainer())) })
        const shop = new ShopCache(getContainer())
        await shop.store({ key: "menu", tags: ["Menu:main"] })
        await shop.store({ key: "product", tags: ["Product:prod_1"] })
        await shop.store({ key: "region", tags: ["Region:reg_1"] })
        const key = await keyOf(admin)
        await eventually(
          async () =>
            (await admin.get<{ tags: { tag: string }[] }>("/tags?q=Product:prod_1")).data.tags.map(({ tag }) => tag),
          (tags) => tags.includes("Product:prod_1"),
          20_000
        )

        const { stdout } = await script(key)
        expect(stdout).toMatch(/^Cleared \d+ targets\.\n$/)
        expect(await Promise.all(["menu", "product", "region"].map((name) => shop.has(name)))).toEqual([
          false,
          false,
          true,
        ])
        const { data } = await admin.get<AdminCacheInvalidationsResponse>("/invalidations")
        expect(data.invalidations[0]).toMatchObject({ state: "done", created_by: { type: "api_key" } })
      })

      it("fails with a key that is none", async () => {
        await expect(script("sk_none")).rejects.toMatchObject({ stderr: expect.stringContaining("401") as string })
      })
    })
  },
})
