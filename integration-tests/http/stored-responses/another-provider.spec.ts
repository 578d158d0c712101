import type { AdminCacheResponse } from "../../../src/types/http"
import { createAdminUser } from "../admin-user"
import { type Catalogue, seedCatalogue } from "../catalogue"
import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(300_000)

useMemcached("another-provider", () => ({ CACHE_RESPONSES: "true", CACHING_REDIS_URL: process.env.REDIS_URL ?? "" }))

// Medusa tells its default provider alone of changes.
shopTestRunner({
  keepsDatabase: true,
  testSuite: ({ api, getContainer }) => {
    let catalogue: Catalogue
    let admin: { authorization: string }

    beforeAll(async () => {
      admin = await createAdminUser(getContainer())
      catalogue = await seedCatalogue(getContainer(), 1)
    })

    it("no response is stored where another provider is Medusa's default, and the state says so", async () => {
      const headers = { "x-publishable-api-key": catalogue.publishableKey }
      const path = `/store/regions/${catalogue.regionId}`
      for (let asked = 0; asked < 3; asked++) {
        expect((await api.get(path, { headers })).headers["cache-status"]).toBeUndefined()
      }
      await api.post(`/admin/regions/${catalogue.regionId}`, { name: "Edited" }, { headers: admin })
      const { data } = await api.get<{ region: { name: string } }>(path, { headers })
      const state = await api.get<AdminCacheResponse>("/admin/cache", {
        headers: admin,
      })

      expect(data.region.name).toBe("Edited")
      expect(state.data.cache.responses?.routes.find(({ route }) => route === "/store/regions/[id]")).toMatchObject({
        not_stored: [{ reason: "another provider is the default of Medusa's Caching Module", count: 4 }],
      })
    })
  },
})
