import { Modules } from "@medusajs/framework/utils"
import { eventually } from "../../../testing/eventually"
import { createAdminUser } from "../admin-user"
import { newProduct, seedCatalogue } from "../catalogue"
import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(180_000)

const ROUNDS = 3

/** Much longer than an answer is kept that came within the lag, and much shorter than others are. */
const PATIENCE_MS = 60_000

useMemcached("index-engine", () => ({ MEDUSA_FF_INDEX_ENGINE: "true", CACHE_READ_LAG: "1" }))

shopTestRunner({
  testSuite: ({ api: http, getContainer }) => {
    it("a list that the index engine has answered too early is not kept", async () => {
      const { publishableKey, salesChannelId } = await seedCatalogue(getContainer())
      const headers = await createAdminUser(getContainer())
      const index = new HeldIndex(getContainer().resolve(Modules.INDEX))
      const titles = async (): Promise<string[]> => {
        const { data } = await http.get<{ products: { title: string }[] }>("/store/products", {
          headers: { "x-publishable-api-key": publishableKey },
          params: { fields: "id,title", limit: 100 },
        })
        return data.products.map(({ title }) => title)
      }
      for (let round = 0; round < ROUNDS; round++) {
        const title = `New ${round}`
        index.hold()
        await http.post("/admin/products", newProduct(title, salesChannelId), { headers })
        expect(await titles()).not.toContain(title)
        index.release()
        await eventually(titles, (found) => found.includes(title), PATIENCE_MS)
      }
    })
  },
})

/** Hears of changes late, as with many at once or with workers that are busy. */
class HeldIndex {
  #held: Promise<void> = Promise.resolve()
  #release: () => void = () => undefined

  constructor(index: object) {
    const { storageProvider_: storage } = index as {
      storageProvider_: { onCreate(...args: unknown[]): Promise<unknown> }
    }
    const onCreate = storage.onCreate.bind(storage)
    storage.onCreate = async (...args) => {
      await this.#held
      return onCreate(...args)
    }
  }

  hold(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve))
  }

  release(): void {
    this.#release()
  }
}
