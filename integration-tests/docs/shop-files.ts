import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import type { Logger } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { AdminCacheInvalidationsResponse } from "../../src/types/http"
import { eventually } from "../../testing/eventually"
import { CacheAdmin } from "../http/admin-cache/cache-admin"
import { ShopCache } from "../http/admin-cache/shop-cache"
import { createAdminUser } from "../http/admin-user"
import { seedCatalogue } from "../http/catalogue"
import { Shop } from "../http/shop"
import erpImport, { config } from "./snippets/jobs/erp-import"
import type { TestShop } from "../http/shop-test-runner"

const run = promisify(execFile)

export function describeShopFiles({ api: http, getContainer }: TestShop): void {
  describe("the files of a shop", () => {
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

    describe("the script for CI", () => {
      const keyOf = async (admin: CacheAdmin): Promise<string> =>
        (await admin.createSecretKey<{ api_key: { token: string } }>()).data.api_key.token

      const script = (key: string) =>
        run(join(__dirname, "snippets", "clear-from-ci.sh"), {
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
  })
}
