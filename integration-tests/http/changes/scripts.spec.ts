import type { AxiosInstance } from "axios"
import { Modules } from "@medusajs/framework/utils"
import { ShopCache } from "../admin-cache/shop-cache"
import { useMemcached } from "../memcached-of-the-app"
import { createAdminUser } from "../admin-user"
import { seedCatalogue } from "../catalogue"
import { untilCached } from "../running-cache"
import { Shop } from "../shop"
import { runScript } from "./medusa-exec"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(180_000)

const PROVIDER_ID = "caching-memcached"

useMemcached("scripts")

shopTestRunner({
  testSuite: ({ api, getContainer, dbConfig }) => {
    let shop: Shop

    beforeAll(async () => {
      const headers = await createAdminUser(getContainer())
      shop = new Shop(api as AxiosInstance, await seedCatalogue(getContainer()), headers)
    })
    beforeEach(() =>
      getContainer()
        .resolve(Modules.CACHING)
        .clear({ tags: ["*"] })
    )

    const run = (...input: string[]) => runScript({ DATABASE_URL: dbConfig.clientUrl }, ...input)

    describe("what the last line of a script changes is seen when the script has ended", () => {
      it.each(["workflow", "engine", "module"])("by a %s", async (way) => {
        const id = shop.catalogue.products[0]?.id ?? ""
        await untilCached(PROVIDER_ID, () => shop.listProducts())
        await run(way, id, `Changed by ${way}`)
        expect(await shop.titleOf(id)).toBe(`Changed by ${way}`)
      })

      it.each(["event", "workflow-event"])("by an %s", async (way) => {
        const cache = new ShopCache(getContainer())
        await cache.store({ key: "menu", tags: ["Menu:list:*"] })
        await run(way)
        expect(await cache.has("menu")).toBe(false)
      })
    })
  },
})
