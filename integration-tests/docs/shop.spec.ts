import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { invalidateCacheWorkflow } from "../../src/workflows"
import { Scrape } from "../../testing/scrape"
import { useMemcached } from "../http/memcached-of-the-app"
import { CacheAdmin } from "../http/admin-cache/cache-admin"
import { ShopCache } from "../http/admin-cache/shop-cache"
import { createAdminUser } from "../http/admin-user"
import { casesOf } from "./code-block"
import { runShell } from "./shell"
import { runStatements } from "./shop-code"
import { describeShopFiles } from "./shop-files"
import { shopTestRunner } from "../http/shop-test-runner"

jest.setTimeout(300_000)

/** What the documents call the shop of their reader. */
const EXAMPLE_SHOP = /https:\/\/shop\.example\.com/g

useMemcached("docs")

shopTestRunner({
  testSuite: (running) => {
    describeShopFiles(running)

    const { api: http, getContainer } = running
    describe("blocks of code", () => {
      let shop: ShopCache
      let secretKey: string

      beforeEach(async () => {
        shop = new ShopCache(getContainer())
        // What the documents speak of.
        await shop.store({ key: "menu", tags: ["Menu:main"] })
        await shop.store({ key: "product", tags: ["Product:prod_1", "Product:list:*"] })
        const admin = new CacheAdmin(http, { ...(await createAdminUser(getContainer())) })
        const { data } = await admin.createSecretKey<{ api_key: { token: string } }>()
        secretKey = data.api_key.token
      })

      it.each(casesOf("api"))("%s works", async (_place, { text }) => {
        const url = http.defaults.baseURL ?? ""
        const env = {
          CACHE: `${url}/admin/cache`,
          KEY: secretKey,
          MEDUSA_BACKEND_URL: url,
          MEDUSA_API_KEY: secretKey,
        }
        const { code, output } = await runShell(text.replace(EXAMPLE_SHOP, url), env)
        expect(code === 0 ? "" : output).toBe("")
      })

      it.each(casesOf("prometheus"))("%s finds metrics", async (_place, { text }) => {
        const path = /^ +metrics_path: (\S+)$/m.exec(text)?.[1] ?? ""
        expect(text).toMatch(/^ +basic_auth:\n +username: sk_\w+ #/m)
        const { status, data } = await http.get<string>(path, { auth: { username: secretKey, password: "" } })
        expect(status).toBe(200)
        expect(new Scrape(data).names).toContain("medusa_cache_lookups_total")
      })

      it.each(casesOf("app"))("%s works", async (_place, block) => {
        const container: MedusaContainer = getContainer()
        const query = container.resolve(ContainerRegistrationKeys.QUERY)
        await expect(
          runStatements(block, { container, query, Modules, invalidateCacheWorkflow })
        ).resolves.toBeUndefined()
      })
    })
  },
})
