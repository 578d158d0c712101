import { Modules } from "@medusajs/framework/utils"
import { eventually } from "../../../testing/eventually"
import { createAdminUser } from "../admin-user"
import { newProduct, seedCatalogue } from "../catalogue"
import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(180_000)

const ROUNDS = 3

/** Once for the query's answer, once for the response that is made of it, and some more, since nobody waits for a set. */
const ASKED = 6

/** Much longer than an answer is kept that came within the lag, and much shorter than others are. */
const PATIENCE_MS = 60_000

useMemcached("index-engine", () => ({
  MEDUSA_FF_INDEX_ENGINE: "true",
  CACHE_READ_LAG: "3",
  CACHE_RESPONSES: "true",
}))

shopTestRunner({
  testSuite: ({ api: http, getContainer }) => {
    let salesChannelId: string
    let visitor: Readonly<Record<string, string>>
    let editor: { readonly authorization: string }
    let index: HeldIndex

    beforeAll(async () => {
      const catalogue = await seedCatalogue(getContainer())
      editor = await createAdminUser(getContainer())
      salesChannelId = catalogue.salesChannelId
      visitor = { "x-publishable-api-key": catalogue.publishableKey }
      index = new HeldIndex(getContainer().resolve(Modules.INDEX))
    })

    const list = async (headers: Readonly<Record<string, string>>) => {
      const { data, headers: answered } = await http.get<{ products: { title: string }[] }>("/store/products", {
        headers,
        params: { fields: "id,title", limit: 100 },
      })
      return { titles: data.products.map(({ title }) => title), cacheStatus: String(answered["cache-status"]) }
    }

    it.each([
      // With an authorization there is no whole response for it.
      ["a query's answer", "fwd=bypass", () => ({ ...visitor, ...editor })],
      // The first one names tables that nothing is known of. Later ones are made of the query's answer.
      ["a whole response", "; hit", () => visitor],
    ])("%s that the index engine has given too early is not kept", async (what, wanted, headers) => {
      const seen: string[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const title = `New ${round} of ${what}`
        index.hold()
        await http.post("/admin/products", newProduct(title, salesChannelId), { headers: editor })
        for (let i = 0; i < ASKED; i++) {
          const { titles, cacheStatus } = await list(headers())
          expect(titles).not.toContain(title)
          seen.push(cacheStatus)
        }
        index.release()
        await eventually(
          () => list(headers()),
          ({ titles }) => titles.includes(title),
          PATIENCE_MS
        )
      }
      expect(seen).toContainEqual(expect.stringContaining(wanted))
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
