import type { Section } from "./section"

const QUERIES: readonly (readonly [path: string, names: string])[] = [
  ["?what=1", "what"],
  ["/stats?range=2h", "range"],
  ["/stats?range=1h&what=1", "what"],
  ["/servers?limit=5", "limit"],
  ["/tags?limit=201", "limit"],
  ["/tags?limit=0", "limit"],
  ["/tags?limit=many", "limit"],
  ["/tags?offset=-1", "offset"],
  ["/tags?order=entries", "order"],
  ["/tags?what=1", "what"],
  ["/tags/Menu%3Amain?limit=101", "limit"],
  ["/entries/menu?what=1", "what"],
  ["/clears?offset=1.5", "offset"],
  ["/invalidations?limit=x", "limit"],
  ["/invalidations/some?what=1", "what"],
]

const tags = (count: number): string[] => Array.from({ length: count }, (_, i) => `Product:prod_${i}`)

const BODIES: readonly (readonly [path: string, body: unknown, names: string])[] = [
  ["/clear", {}, "Name what to clear"],
  ["/clear", { tags: [] }, "Name what to clear"],
  ["/clear", { tags: "Menu:main" }, "tags"],
  ["/clear", { tags: [""] }, "tags"],
  ["/clear", { keys: [1] }, "keys"],
  ["/clear", { entities: [{ type: "Product" }] }, "entities"],
  ["/clear", { tags: ["a"], what: 1 }, "what"],
  ["/clear", { tags: ["a"], dry_run: "yes" }, "dry_run"],
  ["/clear", { patterns: ["Product:*"] }, "patterns"],
  ["/clear", { keys: ["menu"], auto_invalidate_only: true }, "auto_invalidate_only"],
  ["/clear", { all: true, auto_invalidate_only: true }, "auto_invalidate_only"],
  ["/clear", { tags: tags(101) }, "POST /admin/cache/invalidations"],
  ["/invalidations", {}, "Name what to clear"],
  ["/invalidations", { patterns: [""] }, "patterns"],
  ["/invalidations", { tags: ["a"], what: 1 }, "what"],
  ["/invalidations", { patterns: ["*"], auto_invalidate_only: true }, "auto_invalidate_only"],
  ["/invalidations", { patterns: ["**"], auto_invalidate_only: true }, "auto_invalidate_only"],
  ["/invalidations", { patterns: Array<string>(101).fill("Product:*") }, "patterns"],
  ["/invalidations", { tags: [...tags(100_000), 1] }, "tags[100000]"],
  ["/invalidations", { keys: {} }, "keys"],
  ["/invalidations", { entities: [{ type: "Product", ids: ["prod_1"], what: 1 }] }, "entities[0]"],
  ["/invalidations", { all: "yes" }, "all"],
]

const PATHS = ["/stats", "/servers", "/tags", "/tags/a", "/entries/a", "/clears", "/invalidations"]

export function describeBadInput({ admin }: Section): void {
  // Many inputs in one test: the database is restored for each test, which takes longer than all of these.
  describe("bad input", () => {
    it("is named in the answer to a GET", async () => {
      for (const [path, names] of QUERIES) {
        const { status, data } = await admin().get(path)
        expect({ path, status, ...data }).toMatchObject({
          path,
          status: 400,
          type: "invalid_data",
          message: has(names),
        })
      }
    })

    it("is named in the answer to a POST", async () => {
      for (const [path, body, names] of BODIES) {
        const { status, data } = await admin().post(path, body)
        const sent = JSON.stringify(body).slice(0, 100)
        expect({ sent, status, ...data }).toMatchObject({
          sent,
          status: 400,
          type: "invalid_data",
          message: has(names),
        })
      }
    })

    it("is named in the answer to a DELETE", async () => {
      const { status, data } = await admin().delete("/entries/menu?what=1")
      expect({ status, ...data }).toMatchObject({ status: 400, type: "invalid_data", message: has("what") })
    })

    it("is a provider that does not exist", async () => {
      const answers = await Promise.all([
        ...PATHS.map((path) => admin().get(`${path}?provider_id=nobody`)),
        admin().post("/clear", { tags: ["a"], provider_id: "nobody" }),
        admin().post("/invalidations", { tags: ["a"], provider_id: "nobody" }),
        admin().delete("/entries/a?provider_id=nobody"),
      ])
      for (const { status, data } of answers) {
        expect({ status, ...data }).toMatchObject({ status: 404, type: "not_found", message: has("nobody") })
        expect(data.message).toContain("caching-memcached")
      }
    })

    it("is a body of more than 16 MB", async () => {
      const { status } = await admin().post("/invalidations", { tags: ["x".repeat(17 * 1024 * 1024)] })
      expect(status).toBe(413)
    })
  })
}

const has = (part: string): string => expect.stringContaining(part) as string
