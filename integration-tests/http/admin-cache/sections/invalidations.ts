import type { AdminCacheInvalidationResponse, AdminCacheInvalidationsResponse } from "../../../../src/types/http"
import { invalidateCacheWorkflow } from "../../../../src/workflows"
import { eventually } from "../../../../testing/eventually"
import type { Section } from "./section"

const PATIENCE_MS = 90_000

export function describeInvalidations({ admin, container, shop }: Section): void {
  const start = async (body: unknown) => {
    const { status, data } = await admin().post<AdminCacheInvalidationResponse>("/invalidations", body)
    expect(status).toBe(202)
    return data.invalidation
  }
  const ended = (id: string) =>
    eventually(
      async () =>
        (await admin().get<AdminCacheInvalidationResponse>(`/invalidation?id=${encodeURIComponent(id)}`)).data
          .invalidation,
      ({ state }) => state !== "running",
      PATIENCE_MS
    )

  describe("/admin/cache/invalidations", () => {
    it("clears in the background, and tells how far it is", async () => {
      await shop().store({ key: "menu", tags: ["Menu:main"] })
      await shop().store({ key: "product", tags: ["Product:prod_1"] })
      const started = await start({ keys: ["menu"], entities: [{ type: "Product", ids: ["prod_1"] }] })
      expect(started.id).toEqual(expect.any(String))
      expect(started.created_by).toEqual({ type: "admin", id: expect.stringMatching(/^user_/) as string })

      const invalidation = await ended(started.id)
      expect(invalidation).toMatchObject({
        id: started.id,
        state: "done",
        dry_run: false,
        provider_id: "caching-memcached",
        total: 2,
        done: 2,
        pending: 0,
        created_by: started.created_by,
      })
      expect(invalidation.batches.length).toBeGreaterThan(0)
      expect(invalidation.ended_at).not.toBeNull()
      expect(await shop().has("menu")).toBe(false)
      expect(await shop().has("product")).toBe(false)
    })

    it("clears nothing in a dry run", async () => {
      await shop().store({ key: "menu" })
      const { id } = await start({ keys: ["menu"], dry_run: true })
      expect(await ended(id)).toMatchObject({ state: "done", dry_run: true })
      expect(await shop().has("menu")).toBe(true)
    })

    it("takes any key, also one that no database can store", async () => {
      const keys = ["nul \u0000", "half of a pair \ud83d", "menu/main"]
      for (const key of keys) await shop().store({ key })
      const { id } = await start({ keys })
      expect(await ended(id)).toMatchObject({ state: "done", total: 3 })
      expect(await Promise.all(keys.map((key) => shop().has(key)))).toEqual([false, false, false])
    })

    it("takes 100,000 targets in one request", async () => {
      await shop().store({ key: "last", tags: ["Product:prod_99999"] })
      const ids = Array.from({ length: 100_000 }, (_, i) => `prod_${i}`)
      const { id } = await start({ entities: [{ type: "Product", ids }] })
      expect(await ended(id)).toMatchObject({ state: "done", total: 100_000, done: 100_000 })
      expect(await shop().has("last")).toBe(false)
    })

    it("lists them, newest first, without their batches", async () => {
      const first = await start({ tags: ["List:first"] })
      const second = await start({ tags: ["List:second"] })
      await Promise.all([ended(first.id), ended(second.id)])
      const { status, data } = await admin().get<AdminCacheInvalidationsResponse>("/invalidations?limit=2")
      expect(status).toBe(200)
      expect(data.invalidations.map(({ id }) => id)).toEqual([second.id, first.id])
      expect(data.invalidations[0]).not.toHaveProperty("batches")
      expect(data).toMatchObject({ offset: 0, limit: 2 })
      const { data: next } = await admin().get<AdminCacheInvalidationsResponse>("/invalidations?limit=1&offset=1")
      expect(next.invalidations.map(({ id }) => id)).toEqual([first.id])
    })

    it.each([".", "..", "%2e", "erp/import?1", "日本"])("finds a run whose caller has named it %j", async (name) => {
      await invalidateCacheWorkflow(container()).run({
        input: { tags: ["Named:run"] },
        context: { transactionId: name },
      })
      expect(await ended(name)).toMatchObject({ id: name, state: "done" })
    })

    it("does not know an invalidation that never was", async () => {
      const { status, data } = await admin().get("/invalidation?id=never")
      expect(status).toBe(404)
      expect(data).toMatchObject({ type: "not_found", message: expect.stringContaining("never") as string })
    })
  })
}
