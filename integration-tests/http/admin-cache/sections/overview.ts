import { readdirSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { AdminCacheResponse, AdminCacheServersResponse, AdminCacheStatsResponse } from "../../../../src/types/http"
import { EVERY_PATH, EVERY_ROUTE } from "../every-route"
import type { Section } from "./section"

/** As in medusa-config.ts. */
const PROVIDER_ID = "caching-memcached"

/** Where routes are, as Medusa finds them. */
const ROUTES = join(__dirname, "../../../../src/api")

export function describeOverview({ admin, shop, memcached }: Section): void {
  describe("every route", () => {
    it("is in the list of all routes, which the tests here go by", () => {
      const files = readdirSync(ROUTES, { recursive: true, encoding: "utf8" })
      const paths = files.filter((file) => basename(file) === "route.ts").map((file) => `/${dirname(file)}`)
      expect([...EVERY_PATH].sort()).toEqual(paths.sort())
    })

    it("answers what nobody on the way may keep, also when it refuses", async () => {
      for (const { name, call, method, path } of EVERY_ROUTE) {
        const wrong = `${path}${path.includes("?") ? "&" : "?"}what=1`
        const refused =
          method === "POST" ? admin().post(path, {}) : method === "GET" ? admin().get(wrong) : admin().delete(wrong)
        for (const { cacheControl } of [await call(admin()), await refused]) {
          expect({ name, cacheControl }).toEqual({ name, cacheControl: "no-store" })
        }
      }
    })
  })

  describe("GET /admin/cache", () => {
    it("says how the cache is, how it is configured, and what the caller may do", async () => {
      const { status, data } = await admin().get<AdminCacheResponse>()
      expect(status).toBe(200)
      expect(data.cache).toMatchObject({
        status: "healthy",
        reason: null,
        since: null,
        permissions: { read: true, clear: true },
      })
      expect(data.cache.providers).toHaveLength(1)
      expect(data.cache.providers[0]).toMatchObject({
        id: PROVIDER_ID,
        is_default: true,
        status: "healthy",
        servers: [memcached().address],
        configuration: {
          cachePrefix: "admin-routes",
          defaultTtl: 3600,
          timeoutMs: 2_000,
          compression: { enabled: true },
          statistics: { enabled: true },
        },
        defaults: { cachePrefix: "medusa", defaultTtl: 3600, timeoutMs: 500, readLag: 0 },
      })
      const version = expect.stringMatching(/^\d+\.\d+\.\d+/) as string
      expect(data.cache.versions).toEqual({ plugin: version, medusa: version, node: process.versions.node })
      expect(data.cache.providers[0]?.log.epoch).toMatch(/^[0-9a-f]+$/)
    })
  })

  describe("GET /admin/cache/stats", () => {
    it.each([
      ["1h", 60, 60],
      ["6h", 300, 72],
      ["24h", 900, 96],
      ["7d", 7_200, 84],
    ])("has a bucket for each part of %s, also where nothing was counted", async (range, bucketSeconds, buckets) => {
      const { status, data } = await admin().get<AdminCacheStatsResponse>(`/stats?range=${range}`)
      expect(status).toBe(200)
      expect(data.stats).toMatchObject({
        range,
        provider_id: PROVIDER_ID,
        bucket_seconds: bucketSeconds,
      })
      expect(data.stats.series).toHaveLength(buckets)
      const starts = data.stats.series.map(({ start }) => Date.parse(start))
      starts.slice(1).forEach((start, i) => expect(start - (starts[i] ?? 0)).toBe(bucketSeconds * 1000))
    })

    it("is of the last hour when no range is named", async () => {
      const { data } = await admin().get<AdminCacheStatsResponse>(`/stats?provider_id=${PROVIDER_ID}`)
      expect(data.stats.range).toBe("1h")
    })
  })

  describe("GET /admin/cache/servers", () => {
    it("shows what Memcached counts", async () => {
      await shop().store({ key: "menu" })
      const { status, data } = await admin().get<AdminCacheServersResponse>("/servers")
      expect(status).toBe(200)
      expect(data).toMatchObject({ count: 1, offset: 0, limit: 1 })
      expect(data.servers[0]).toMatchObject({
        id: memcached().address,
        log: { epoch: expect.stringMatching(/^[0-9a-f]+$/) as string, version: expect.any(Number) as number },
        clears_pending: false,
        state: "ready",
        protocol: "meta",
        reason: null,
        down_since: null,
        share_of_items: 1,
        stats: { memory_limit_bytes: 64 * 1024 * 1024, item_size_max_bytes: 1024 * 1024 },
      })
      const stats = data.servers[0]?.stats
      expect(stats?.version).toMatch(/^\d+\.\d+\.\d+/)
      expect(stats?.items).toBeGreaterThan(0)
      expect(stats?.connections).toBeGreaterThan(0)
      expect(Date.parse(stats?.started_at ?? "")).toBeLessThanOrEqual(Date.parse(stats?.sampled_at ?? ""))
    })
  })

  describe("DELETE /admin/cache/server", () => {
    const forget = (id: string) => admin().delete<{ message: string }>(`/server?id=${encodeURIComponent(id)}`)

    it("refuses to forget a server that is configured", async () => {
      const { status, data } = await forget(memcached().address)
      expect(status).toBe(400)
      expect(data.message).toContain("Take it out of serverUrls")
    })

    it("does not know a server that nobody has used", async () => {
      const { status, data } = await forget("cache-9:11211")
      expect(status).toBe(404)
      expect(data.message).toContain("cache-9:11211")
    })
  })
}
