import type { AdminCacheResponse, AdminCacheServersResponse } from "../../../src/types/http"
import { eventually } from "../../../testing/eventually"
import { createAdminUser } from "../admin-user"
import { useMemcached } from "../memcached-of-the-app"
import { CacheAdmin } from "./cache-admin"
import { ShopCache } from "./shop-cache"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(300_000)

const PATIENCE_MS = 60_000

useMemcached("troubled-server", () => ({}), ["-C"])

shopTestRunner({
  testSuite: ({ api, getContainer }) => {
    it("that answers and keeps no CAS numbers is told, with what to do, and the shop works", async () => {
      const admin = new CacheAdmin(api, { ...(await createAdminUser(getContainer())) })
      expect(await new ShopCache(getContainer()).has("menu")).toBe(false)
      const { message, since } = await eventually(
        async () => (await admin.get<AdminCacheResponse>()).data.cache,
        ({ status, reason }) => status === "degraded" && reason === "no_cas",
        PATIENCE_MS
      )

      expect(message).toContain("Start memcached without -C")
      expect(Date.parse(since ?? "")).toBeLessThanOrEqual(Date.now())
      const { data } = await admin.get<AdminCacheServersResponse>("/servers")
      expect(data.servers[0]).toMatchObject({ state: "ready", stats: expect.any(Object) as object })
      expect(data.servers[0]?.reason).toContain("Start memcached without -C")
    })
  },
})
