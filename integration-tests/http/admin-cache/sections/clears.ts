import { deflateSync, gzipSync } from "node:zlib"
import type { HttpTypes } from "@medusajs/framework/types"
import type {
  AdminCacheClear,
  AdminCacheClearResponse,
  AdminCacheClearResult,
  AdminCacheClearsResponse,
  AdminCacheInvalidationRequest,
  ClearOrigin,
} from "../../../../src/types/http"
import { eventually } from "../../../../testing/eventually"
import { openMemcachedProvider } from "../../../contract/memcached-subject"
import { CacheAdmin } from "../cache-admin"
import type { Section } from "./section"

/** Clears and tags are written down in the background. */
const PATIENCE_MS = 60_000

interface ErrorBody {
  readonly type: string
  readonly message: string
}

const has = (part: string): string => expect.stringContaining(part) as string

export function describeClears({ api, admin, shop, memcached }: Section): void {
  const clear = async (body: AdminCacheInvalidationRequest): Promise<AdminCacheClearResult> => {
    const { status, data } = await admin().post<AdminCacheClearResponse>("/clear", body)
    expect(status).toBe(200)
    return data.clear
  }

  describe("POST /admin/cache/clear", () => {
    beforeEach(async () => {
      await shop().store({ key: "menu", tags: ["Menu:main"] })
      await shop().store({ key: "product", tags: ["Product:prod_1"] })
      await shop().store({ key: "kept", tags: ["Menu:main"], autoInvalidate: false })
    })

    it("clears tags, keys and entities together", async () => {
      const entities = [{ type: "Product", ids: ["prod_1", "prod_2"] }]
      const result = await clear({ tags: ["Footer:main"], keys: ["menu"], entities })
      expect(result).toMatchObject({
        status: "applied",
        provider_id: "caching-memcached",
        pending_servers: [],
        targets: 4,
        keys: ["menu"],
        all: false,
        stale_until: null,
      })
      expect([...result.tags].sort()).toEqual(["Footer:main", "Product:prod_1", "Product:prod_2"])
      expect(await shop().has("menu")).toBe(false)
      expect(await shop().has("product")).toBe(false)
      expect(await shop().has("kept")).toBe(true)
    })

    it("spares what was stored without autoInvalidate, if it is told to", async () => {
      await clear({ tags: ["Menu:main"], auto_invalidate_only: true })
      expect(await shop().has("menu")).toBe(false)
      expect(await shop().has("kept")).toBe(true)
      await clear({ tags: ["Menu:main"] })
      expect(await shop().has("kept")).toBe(false)
    })

    it("clears everything under its prefix, and nothing of another shop on the server", async () => {
      const other = await openMemcachedProvider({ serverUrls: [memcached().address], cachePrefix: "another-shop" })
      try {
        await other.cache.set({ key: "theirs", data: { of: "another shop" }, ttl: 60 })
        expect(await clear({ all: true })).toMatchObject({ status: "applied", all: true, targets: 1, entries: null })
        for (const key of ["menu", "product", "kept"]) expect(await shop().has(key)).toBe(false)
        expect(await other.cache.get({ key: "theirs" })).toEqual({ of: "another shop" })
      } finally {
        await other.close()
      }
    })

    it("takes the tag * for everything, as the Caching Module does", async () => {
      expect(await clear({ tags: ["*"] })).toMatchObject({ status: "applied", all: true })
      expect(await shop().has("kept")).toBe(false)
    })

    it.each([
      ["gzip", gzipSync],
      ["deflate", deflateSync],
    ])("takes a body that is compressed with %s", async (encoding, pack) => {
      const { status } = await admin().postText("/clear", pack('{ "keys": ["menu"] }'), encoding)
      expect(status).toBe(200)
      expect(await shop().has("menu")).toBe(false)
    })

    it("clears nothing in a dry run, and says what it would", async () => {
      const result = await clear({ keys: ["menu", "nothing-here"], dry_run: true })
      expect(result).toMatchObject({ status: "dry_run", targets: 2, entries: 1 })
      expect(await shop().has("menu")).toBe(true)
    })

    it("looks at what patterns match, and sends their clears to the other route", async () => {
      const patterns = ["Menu:ma*"]
      const { status, data } = await admin().post<ErrorBody>("/clear", { patterns })
      expect({ status, ...data }).toMatchObject({ status: 400, message: has("POST /admin/cache/invalidations") })
      const result = await eventually(
        () => clear({ patterns, dry_run: true }),
        ({ targets }) => targets === 1,
        PATIENCE_MS
      )
      expect(result).toMatchObject({ status: "dry_run", tags: ["Menu:main"], entries: 2 })
      expect(await shop().has("menu")).toBe(true)
    })

    it("takes a hundred targets, with keys that are long", async () => {
      const keys = Array.from({ length: 100 }, (_, i) => `${i}-${"k".repeat(10_000)}`)
      await shop().store({ key: keys[99] ?? "" })
      expect(await clear({ keys })).toMatchObject({ status: "applied", targets: 100, entries: 1 })
      expect(await shop().has(keys[99] ?? "")).toBe(false)
    })
  })

  describe("a type of entity", () => {
    const refusalOf = (type: string) =>
      admin().post<ErrorBody>("/clear", { entities: [{ type, ids: ["1"] }], dry_run: true })

    it.each([
      ["product", "Product"],
      ["Produkt", "Product"],
      ["products", "Product"],
      ["product_category", "ProductCategory"],
      ["ProductVarient", "ProductVariant"],
      ["linkProductSalesChannel", "LinkProductSalesChannel"],
    ])("that is misspelt is refused, with the right one: %s", async (type, right) => {
      const { status, data } = await refusalOf(type)
      expect({ status, ...data }).toMatchObject({ status: 400, type: "invalid_data", message: has(`'${type}'`) })
      expect(data.message).toContain(`Did you mean '${right}'?`)
    })

    it("is refused in the background, too", async () => {
      const entities = [
        { type: "Product", ids: ["1"] },
        { type: "produkt", ids: ["1"] },
      ]
      const { status, data } = await admin().post<ErrorBody>("/invalidations", { entities })
      expect({ status, ...data }).toMatchObject({ status: 400, message: has("entities[1].type") })
    })

    it("of Medusa's modules, of a link, and of the shop's own tags is right", async () => {
      for (const type of ["Product", "PriceListRule", "LinkProductSalesChannel", "Menu", "PLZ", "x".repeat(10_000)]) {
        expect({ type, status: (await refusalOf(type)).status }).toEqual({ type, status: 200 })
      }
    })

    it("that looks misspelt is right once a stored entry has a tag of it", async () => {
      await shop().store({ key: "own", tags: ["Produkte:1"] })
      await eventually(
        async () => (await refusalOf("Produkte")).status,
        (status) => status === 200,
        PATIENCE_MS
      )
      expect(await clear({ entities: [{ type: "Produkte", ids: ["1"] }] })).toMatchObject({ targets: 1, entries: 1 })
      expect(await shop().has("own")).toBe(false)
    })
  })

  describe("GET /admin/cache/clears", () => {
    // Medusa's own events clear as well, whenever they like.
    const clearsOf = async (origin: ClearOrigin): Promise<AdminCacheClear[]> => {
      const { data } = await admin().get<AdminCacheClearsResponse>("/clears?limit=200")
      expect(data).toMatchObject({ offset: 0, limit: 200, complete: true })
      return data.clears.filter((line) => line.origin === origin)
    }

    it("tells who cleared what, newest first", async () => {
      // Only the first twenty between two flushes have a line each, and the tests above may have been those.
      const [second, first] = await eventually(
        async () => {
          await clear({ tags: ["History:first"] })
          await clear({ keys: ["history-second"] })
          return clearsOf("admin")
        },
        (lines) => lines.slice(0, 2).every(({ tags, keys }) => tags + keys === 1),
        PATIENCE_MS
      )
      expect(second).toMatchObject({
        actor_id: expect.stringMatching(/^user_/) as string,
        status: "applied",
        all: false,
        keys: 1,
        sample: ["history-second"],
      })
      expect(first).toMatchObject({ tags: 1, sample: ["History:first"] })
    })

    it("answers in pages", async () => {
      await clear({ tags: ["History:first"] })
      await clear({ tags: ["History:second"] })
      const { data } = await admin().get<AdminCacheClearsResponse>("/clears?limit=1&offset=1")
      expect(data).toMatchObject({ offset: 1, limit: 1 })
      expect(data.clears).toHaveLength(1)
      expect(data.count).toBeGreaterThan(1)
    })

    it("tells a clear of everything", async () => {
      await clear({ all: true })
      expect((await clearsOf("admin"))[0]).toMatchObject({ all: true })
    })

    it("tells a clear with a secret API key", async () => {
      const { data } = await admin().createSecretKey<HttpTypes.AdminApiKeyResponse>()
      const ci = new CacheAdmin(api, { authorization: `Basic ${data.api_key.token}` })
      const answer = await ci.post<AdminCacheClearResponse>("/clear", { tags: ["Product:list:*"] })
      expect(answer.status).toBe(200)
      expect(answer.data.clear.status).toBe("applied")
      expect((await clearsOf("api_key"))[0]).toMatchObject({ actor_id: data.api_key.id, sample: ["Product:list:*"] })
    })

    it("tells a clear of the shop's own code", async () => {
      await shop().clearEverything()
      expect((await clearsOf("code"))[0]).toMatchObject({ actor_id: null, all: true })
    })
  })
}
