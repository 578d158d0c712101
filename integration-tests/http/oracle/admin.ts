import type { AdminCacheClearResponse, AdminCacheResponse, AdminCacheStatsResponse } from "../../../src/types/http"
import { eventually } from "../../../testing/eventually"
import type { Trial } from "./trial"

/** Nobody waits for a response to be stored. */
const PATIENCE_MS = 10_000

/** What users of the dashboard see of stored responses, and how they clear them. */
export function describeAdmin({ world }: Trial): void {
  describe("the admin API", () => {
    const visit = async (path: string): Promise<string> => {
      const { http, catalogue } = world()
      const headers = { "x-publishable-api-key": catalogue.publishableKey }
      return String((await http.get(path, { headers })).headers["cache-status"])
    }
    const warm = (path: string) =>
      eventually(
        () => visit(path),
        (status) => status.includes("; hit"),
        PATIENCE_MS
      )

    it("lists the routes, with what was not stored and why, and counts them like entities", async () => {
      await warm("/store/regions?limit=3")
      const { cache } = await world().get<AdminCacheResponse>("/cache")
      expect(cache.responses?.routes.find(({ route }) => route === "/store/regions/[id]")).toMatchObject({
        ttl_seconds: 3_600,
        bypassed: expect.any(Number) as number,
        not_stored: expect.any(Array) as unknown[],
      })
      const { stats } = await world().get<AdminCacheStatsResponse>("/cache/stats?range=1h")
      const figures = stats.by_entity.find(({ entity }) => entity === "/store/regions")
      expect(figures?.hits).toBeGreaterThan(0)
    })

    it("clears a response by its address, whatever the order of its parameters, and no other", async () => {
      const [one, other] = ["/store/regions?limit=4&offset=0", "/store/regions?limit=5"]
      for (const path of [one, other]) await warm(path)
      const { clear } = await world().post<AdminCacheClearResponse>("/cache/clear", {
        urls: ["https://shop.example.com/store/regions?offset=0&limit=4"],
      })
      expect(clear).toMatchObject({ status: "applied", targets: 1, entries: 1 })
      expect(await visit(one)).toContain("fwd=stale")
      expect(await visit(other)).toContain("; hit")
    })

    it("refuses what is no address, by the name of the field", async () => {
      await expect(world().post("/cache/clear", { urls: ["store/regions"] })).rejects.toThrow("urls[0]")
    })
  })
}
