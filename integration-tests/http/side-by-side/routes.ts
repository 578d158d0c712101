import type {
  AdminCacheClearsResponse,
  AdminCacheInvalidationsResponse,
  AdminCacheResponse,
  AdminCacheServersResponse,
  AdminCacheStatsResponse,
  AdminCacheTagsResponse,
} from "../../../src/types/http"
import { runningCaches } from "../../contract/memcached-subject"
import { createAdminUser } from "../admin-user"
import { CacheAdmin } from "../admin-cache/cache-admin"
import { CLEARS, READS } from "../admin-cache/every-route"
import type { TestShop } from "../shop-test-runner"

export function describeRoutes({ api, getContainer }: TestShop): void {
  describe("the cache's routes", () => {
    let admin: CacheAdmin
    beforeEach(async () => {
      admin = new CacheAdmin(api, { ...(await createAdminUser(getContainer())) })
    })

    describe("a shop whose default is another provider", () => {
      it("is told that its queries are not cached here, and what to do", async () => {
        const { status, data } = await admin.get<AdminCacheResponse>()
        expect(status).toBe(200)
        expect(data.cache).toMatchObject({ status: "not_active", reason: "not_default" })
        expect(data.cache.message).toContain("is_default: true")
        expect(data.cache.providers).toMatchObject([{ id: "caching-memcached", is_default: false, status: "healthy" }])
      })

      it("can use every route all the same, for what its own code stores here", async () => {
        for (const { name, call } of [...READS, ...CLEARS]) {
          const { status } = await call(admin)
          expect({ name, ok: status === 200 || status === 202 }).toEqual({ name, ok: true })
        }
        const { data } = await admin.get<AdminCacheStatsResponse>("/stats")
        expect(data.stats.provider_id).toBe("caching-memcached")
      })
    })

    describe("a shop that has installed the plugin and configured no provider of it", () => {
      let running: ReturnType<typeof runningCaches>
      beforeAll(() => {
        running = new Map(runningCaches())
        runningCaches().clear()
      })
      afterAll(() => {
        for (const [id, cache] of running) runningCaches().set(id, cache)
      })

      it("is told what to add", async () => {
        const { status, data } = await admin.get<AdminCacheResponse>()
        expect(status).toBe(200)
        expect(data.cache).toMatchObject({
          status: "not_active",
          reason: "provider_not_registered",
          providers: [],
          totals: { lookups: 0, hit_rate: null },
        })
        expect(data.cache.message).toContain("medusa-plugin-memcached/providers/memcached")
      })

      it("gets empty lists", async () => {
        expect((await admin.get<AdminCacheServersResponse>("/servers")).data).toMatchObject({ servers: [], count: 0 })
        expect((await admin.get<AdminCacheTagsResponse>("/tags")).data).toMatchObject({ tags: [], count: 0 })
        expect((await admin.get<AdminCacheClearsResponse>("/clears")).data).toMatchObject({ clears: [], count: 0 })
        const { data } = await admin.get<AdminCacheInvalidationsResponse>("/invalidations")
        expect(data).toMatchObject({ invalidations: [], count: 0 })
        expect((await admin.get<AdminCacheStatsResponse>("/stats")).data.stats).toMatchObject({
          provider_id: null,
          totals: { lookups: 0 },
          series: [],
        })
      })

      it("finds no entry and no tag", async () => {
        for (const path of ["/entry?key=menu", "/tag?tag=Menu%3Amain", "/invalidation?id=some"]) {
          const { status, data } = await admin.get(path)
          expect({ path, status, type: data.type }).toEqual({ path, status: 404, type: "not_found" })
        }
      })

      it("cannot clear, and is told what to do", async () => {
        for (const { name, call } of CLEARS) {
          const { status, data } = await call(admin)
          expect({ name, status, data }).toMatchObject({
            name,
            status: 400,
            data: { type: "not_allowed", message: expect.stringContaining("medusa-config.ts") as string },
          })
        }
      })
    })
  })
}
