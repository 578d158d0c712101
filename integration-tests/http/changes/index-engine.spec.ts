import { medusaIntegrationTestRunner } from "@medusajs/test-utils"
import type { AxiosInstance } from "axios"
import { setTimeout as sleep } from "node:timers/promises"
import { Modules } from "@medusajs/framework/utils"
import { createAdminUser } from "../admin-user"
import { newProduct, seedCatalogue } from "../catalogue"
import { useMemcached } from "../memcached-of-the-app"

jest.setTimeout(180_000)

const ROUNDS = 3
const INDEX_DELAY_MS = 500
const READ_LAG_SECONDS = 1

/** What is loaded within the lag is kept for as long again; with time for a machine that is busy. */
const PATIENCE_MS = 2 * READ_LAG_SECONDS * 1000 + 2_000

useMemcached("index-engine", () => ({
  MEDUSA_FF_INDEX_ENGINE: "true",
  CACHE_READ_LAG: String(READ_LAG_SECONDS),
}))

medusaIntegrationTestRunner({
  inApp: true,
  testSuite: ({ api, getContainer }) => {
    const http = api as AxiosInstance

    it("a list that the index engine has answered too early is not kept", async () => {
      const { publishableKey, salesChannelId } = await seedCatalogue(getContainer())
      const headers = await createAdminUser(getContainer())
      delayIndex(getContainer().resolve(Modules.INDEX))
      const titles = async (): Promise<string[]> => {
        const { data } = await http.get<{ products: { title: string }[] }>("/store/products", {
          headers: { "x-publishable-api-key": publishableKey },
          params: { fields: "id,title", limit: 100 },
        })
        return data.products.map(({ title }) => title)
      }
      const soon: string[] = []
      const late: string[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const title = `New ${round}`
        await http.post("/admin/products", newProduct(title, salesChannelId), { headers })
        if ((await titles()).includes(title)) soon.push(title)
        await sleep(PATIENCE_MS)
        if ((await titles()).includes(title)) late.push(title)
      }
      expect({ soon, late }).toEqual({ soon: [], late: ["New 0", "New 1", "New 2"] })
    })
  },
})

/** As with many changes at once, or workers that are busy. */
function delayIndex(index: object): void {
  const { storageProvider_: storage } = index as {
    storageProvider_: { onCreate(...args: unknown[]): Promise<unknown> }
  }
  const onCreate = storage.onCreate.bind(storage)
  storage.onCreate = async (...args) => {
    await sleep(INDEX_DELAY_MS)
    return onCreate(...args)
  }
}
