import { deflateSync, gzipSync } from "node:zlib"
import type { Section } from "./section"

/** More than a name may have. */
const LONG = "x".repeat(10_241)

/** Of an answer, which is also written to the log, in characters. */
const MAX_MESSAGE = 400

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
  ["/tag?tag=Menu%3Amain&limit=101", "limit"],
  ["/tag", "tag"],
  ["/tag?tag=", "tag"],
  ["/entry?key=menu&what=1", "what"],
  ["/entry", "key"],
  ["/entry?key=", "key"],
  ["/clears?offset=1.5", "offset"],
  ["/invalidations?limit=x", "limit"],
  ["/invalidation?id=some&what=1", "what"],
  ["/invalidation", "id"],
  // What a query can be besides strings.
  ["/entry?key=a&key=b", "key"],
  ["/entry?key[a]=b", "key"],
  ["/entry?key[toString]=b", "key"],
  ["/tags?limit[]=5", "limit"],
  ["/tags?provider_id[a]=1", "provider_id"],
  ["/stats?range[]=1h", "range"],
  ["/tags?limit=0x10", "limit"],
  ["/tags?limit=1e1", "limit"],
  ["/tags?offset=", "offset"],
  ["/tags?offset=99999999999999999999", "offset"],
  ["/tags?order[]=tag", "order"],
  ["/tags?q[]=a", "q"],
  ["/tags?entity=", "entity"],
  ["/tags?entity[a][b][c][d]=1", "entity"],
  ["/tags?a.b=1", "a.b"],
  ["/tags?a.b.c=1", "a.b.c"],
  // As long as a query can be, or as many.
  [`/entry?key=${LONG}`, "key"],
  [`/tag?tag=${LONG}`, "tag"],
  [`/invalidation?id=${LONG}`, "id"],
  [`/tags?q=${LONG}`, "q"],
  [`/tags?entity=${LONG}`, "entity"],
  [`/tags?entity[]=Product&entity[]=${LONG}`, "entity"],
  [`/tags?${"entity[]=A&".repeat(101)}`, "entity"],
  [`/tags?order=${LONG}`, "order"],
  [`/tags?limit=${"1".repeat(12_000)}`, "limit"],
  [`/stats?range=${LONG}`, "range"],
  [`/servers?provider_id=${LONG}`, "provider_id"],
  [`/servers?${LONG}=1`, "xxx"],
  [`/servers?${Array.from({ length: 1_500 }, (_, i) => `p${i}=`).join("&")}`, "p0"],
]

const tags = (count: number): string[] => Array.from({ length: count }, (_, i) => `Product:prod_${i}`)

/** Made for the one test that sends them: millions of values, which would be in the way of every other one. */
const makeBodies = (): readonly (readonly [path: string, body: unknown, names: string])[] => [
  ["/clear", {}, "Name what to clear"],
  ["/clear", { tags: [] }, "Name what to clear"],
  ["/clear", { tags: "Menu:main" }, "tags"],
  ["/clear", { tags: [""] }, "tags"],
  ["/clear", { keys: [1] }, "keys"],
  ["/clear", { entities: [{ type: "Product" }] }, "entities"],
  ["/clear", { tags: ["a"], what: 1 }, "what"],
  ["/clear", { tags: ["a"], dry_run: "yes" }, "dry_run"],
  ["/clear", { tags: ["a"], warm: "yes" }, "warm"],
  ["/warm", [], "body"],
  ["/warm", { limit: 0 }, "limit"],
  ["/warm", { limit: 501 }, "limit"],
  ["/warm", { limit: 1.5 }, "limit"],
  ["/warm", { limit: "5" }, "limit"],
  ["/warm", { what: 1 }, "what"],
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
  ["/invalidations", { tags: [...tags(99_999), 1] }, "tags[99999]"],
  ["/invalidations", { keys: {} }, "keys"],
  ["/invalidations", { entities: [{ type: "Product", ids: ["prod_1"], what: 1 }] }, "entities[0]"],
  ["/invalidations", { all: "yes" }, "all"],
  ["/clear", [], "an object"],
  ["/clear", { all: { toString: 1 } }, "all"],
  ["/clear", { tags: { length: 5 } }, "tags"],
  ["/clear", JSON.parse('{ "__proto__": { "all": true } }'), "Name what to clear"],
  ["/clear", { tags: ["a"], provider_id: LONG }, "provider_id"],
  // Too long.
  ["/clear", { tags: [LONG] }, "tags[0]"],
  ["/clear", { keys: ["menu", LONG] }, "keys[1]"],
  ["/clear", { entities: [{ type: LONG, ids: ["1"] }] }, "entities[0].type"],
  ["/clear", { entities: [{ type: "Product", ids: [LONG] }] }, "entities[0].ids[0]"],
  ["/invalidations", { tags: ["x".repeat(15_000_000)] }, "tags[0]"],
  ["/invalidations", { patterns: [`P${"*".repeat(15_900_000)}`] }, "patterns[0]"],
  ["/invalidations", { patterns: [`${"a*".repeat(500)}a`] }, "patterns[0]"],
  ["/invalidations", { ["x".repeat(15_000_000)]: 1 }, "xxx"],
  ["/invalidations", { all: ["x".repeat(15_000_000)] }, "all"],
  // Too many.
  ["/clear", { tags: tags(60_000) }, "names 60000"],
  ["/invalidations", { tags: tags(100_001) }, "names 100001"],
  ["/invalidations", { tags: Array<string>(60_000).fill("a"), keys: Array<number>(60_000).fill(1) }, "names 120000"],
  [
    "/invalidations",
    {
      entities: [
        { type: "A", ids: tags(60_000) },
        { type: "B", ids: tags(60_000) },
      ],
    },
    "names 120000",
  ],
  ["/invalidations", { entities: Array(10_001).fill({ type: "Product", ids: ["1"] }) }, "entities.length"],
  ["/invalidations", { entities: Array(667_000).fill({ type: "A", ids: [] }) }, "150000 values"],
  ["/invalidations", { tags: Array(5_300_000).fill({}) }, "150000 values"],
  ["/invalidations", Object.fromEntries(tags(700_000).map((tag) => [tag, 1])), "150000 values"],
  ["/invalidations", Object.fromEntries(tags(100_000).map((tag) => [tag, 1])), "Product:prod_0"],
  ["/invalidations", { all: Object.fromEntries(tags(100_000).map((tag) => [tag, 1])) }, "all"],
]

/** What is no JSON, as it goes over the wire. */
const TEXTS: readonly (readonly [what: string, body: string | Buffer])[] = [
  ["nothing", ""],
  ["half of an object", '{ "tags": ["a"'],
  ["a string", '"tags"'],
  ["a form", "tags[]=*"],
  ["a long word", "x".repeat(1_000_000)],
  ["a list without an end", "[".repeat(140_000)],
  ["UTF-16", Buffer.from('{ "tags": ["*"] }', "utf16le")],
  ["a key that is no UTF-8", Buffer.from([...Buffer.from('{ "keys": ["'), 0xff, ...Buffer.from('"] }')])],
  ["lines that would look like the log's", "\n\nerror: everything is lost\n"],
]

const PATHS = ["/stats?", "/servers?", "/tags?", "/tag?tag=a&", "/entry?key=a&", "/clears?", "/invalidations?"]

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
        expect(data.message.length).toBeLessThan(MAX_MESSAGE)
      }
    })

    it("is named in the answer to a POST", async () => {
      for (const [at, [path, body, names]] of makeBodies().entries()) {
        const { status, data } = await admin().post(path, body)
        expect({ at, path, status, ...data }).toMatchObject({
          at,
          path,
          status: 400,
          type: "invalid_data",
          message: has(names),
        })
        expect(data.message.length).toBeLessThan(MAX_MESSAGE)
      }
    })

    it("is what is no JSON", async () => {
      for (const [what, body] of TEXTS) {
        const { status, data } = await admin().postText("/clear", body)
        expect({ what, status, ...data }).toMatchObject({ what, status: 400, type: "invalid_data" })
        expect(data.message.length).toBeLessThan(MAX_MESSAGE)
        expect(data.message).not.toContain("\n")
      }
    })

    it("is what says that it is compressed, and is not, or in a way that is not known", async () => {
      const encoded = (encoding: string) => admin().postText("/clear", '{ "all": true }', encoding)
      expect(await encoded("gzip")).toMatchObject({ status: 400, data: { message: has("cannot be read") } })
      expect(await encoded("br")).toMatchObject({ status: 415, data: { message: has('encoding "br"') } })
      const { status, data } = await encoded("x".repeat(10_000))
      expect({ status, length: data.message.length < MAX_MESSAGE }).toEqual({ status: 415, length: true })
    })

    it("is what becomes more than 16 MB when it is unpacked", async () => {
      for (const [encoding, pack] of PACKED) {
        const { status, data } = await admin().postText(
          "/invalidations",
          pack(Buffer.alloc(200_000_000, " ")),
          encoding
        )
        expect({ status, ...data }).toMatchObject({ status: 413, message: has("more than 16 MB") })
      }
    })

    it("is named in the answer to a DELETE", async () => {
      const { status, data } = await admin().delete("/entry?key=menu&what=1")
      expect({ status, ...data }).toMatchObject({ status: 400, type: "invalid_data", message: has("what") })
      const unknown = await admin().delete(`/server?id=${encodeURIComponent(`cache-9\n${"x".repeat(9_000)}`)}`)
      expect({ status: unknown.status, ...unknown.data }).toMatchObject({ status: 404, message: has("cache-9") })
      expect(unknown.data.message.length).toBeLessThan(MAX_MESSAGE)
      expect(unknown.data.message).not.toContain("\n")
    })

    it("is a provider that does not exist", async () => {
      const answers = await Promise.all([
        ...PATHS.map((path) => admin().get(`${path}provider_id=nobody`)),
        admin().post("/clear", { tags: ["a"], provider_id: "nobody" }),
        admin().post("/invalidations", { tags: ["a"], provider_id: "nobody" }),
        admin().delete("/entry?key=a&provider_id=nobody"),
      ])
      for (const { status, data } of answers) {
        expect({ status, ...data }).toMatchObject({ status: 404, type: "not_found", message: has("nobody") })
        expect(data.message).toContain("caching-memcached")
      }
      const { data } = await admin().get(`/tags?provider_id=${"y".repeat(10_000)}`)
      expect(data.message.length).toBeLessThan(MAX_MESSAGE)
    })

    it("is a body of more than 16 MB", async () => {
      const { status, data } = await admin().post("/invalidations", { tags: ["x".repeat(17 * 1024 * 1024)] })
      expect({ status, ...data }).toMatchObject({ status: 413, message: has("more than 16 MB") })
    })
  })
}

const PACKED: readonly (readonly [encoding: string, pack: (bytes: Buffer) => Buffer])[] = [
  ["gzip", gzipSync],
  ["deflate", deflateSync],
]

const has = (part: string): string => expect.stringContaining(part) as string
