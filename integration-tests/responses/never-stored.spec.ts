import type { Express, Request, Response } from "express"
import { eventually } from "../../testing/eventually"
import { PriceListMoments } from "../../src/responses/price-list-moments"
import { currentRecording } from "../../src/cache"
import { AnsweringApp, readThings } from "./answering-app"

jest.setTimeout(60_000)

/** Ways to answer that belong to one visitor, to one request, or to one connection. */
const ROUTES: Readonly<Record<string, (req: Request, res: Response) => unknown>> = {
  cookie: (_req, res) => res.cookie("visitor", "1").json({}),
  "cookie-header": (_req, res) => res.append("Set-Cookie", "visitor=1").json({}),
  private: (_req, res) => res.set("Cache-Control", "private, max-age=60").json({}),
  "no-store": (_req, res) => res.set("Cache-Control", "no-store").json({}),
  "no-cache": (_req, res) => res.set("Cache-Control", "NO-CACHE").json({}),
  "max-age-0": (_req, res) => res.set("Cache-Control", "max-age=0").json({}),
  "max-age-0-quoted": (_req, res) => res.set("Cache-Control", 'max-age="0"').json({}),
  expired: (_req, res) => res.set("Expires", "Thu, 01 Jan 1970 00:00:00 GMT").json({}),
  "expires-0": (_req, res) => res.set("Expires", "0").json({}),
  "vary-origin": (_req, res) => res.vary("Origin").json({}),
  "vary-x": (_req, res) => res.vary("X-Something").json({}),
  "vary-all": (_req, res) => res.set("Vary", "*").json({}),
  "vary-cookie": (_req, res) => res.vary("Cookie").json({}),
  stream: (_req, res) => {
    res.write("[")
    res.end("]")
  },
  flushed: (_req, res) => {
    res.flushHeaders()
    res.end("{}")
  },
  head: (_req, res) => void res.writeHead(200, { "set-cookie": "visitor=1" }).end("{}"),
  redirect: (_req, res) => res.redirect("/store/test/elsewhere"),
  "status-204": (_req, res) => res.status(204).end(),
  "status-206": (_req, res) => res.status(206).json({}),
  "status-400": (_req, res) => res.status(400).json({}),
  "status-404": (_req, res) => res.status(404).json({}),
  "status-500": (_req, res) => res.status(500).json({}),
  thrown: () => {
    throw new Error("Broken")
  },
  "no-body": (_req, res) => res.end(),
  compressed: (_req, res) => res.set("Content-Encoding", "gzip").end(Buffer.from([0x1f, 0x8b])),
  large: (_req, res) => res.json("x".repeat(5_000)),
  // As `authenticate` does in a middleware of this route, which lets an editor see drafts.
  editor: (req, res) => {
    Object.assign(req, { auth_context: { actor_id: "user_1", actor_type: "user" } })
    res.json({ draft: true })
  },
  session: (req, res) => {
    const { session } = req as unknown as { session: Record<string, unknown> }
    session.cart = "cart_1"
    res.json({ cart: "cart_1" })
  },
}

describe("an answer", () => {
  let app: AnsweringApp
  let runs = 0

  const routes = (server: Express): void => {
    // A route of the shop's own, at an address that a route of Medusa's would have as well.
    server.get("/store/products/recently-viewed", (_req, res) => {
      runs += 1
      readThings()
      res.json({})
    })
    server.get("/store/products/:id", (_req, res) => {
      runs += 1
      readThings()
      res.json({})
    })
    server.get("/store/test/unknown", (_req, res) => {
      runs += 1
      res.json({})
    })
    server.get("/store/test/:way", (req, res) => {
      runs += 1
      readThings()
      ROUTES[req.params.way]?.(req, res)
    })
  }

  beforeAll(async () => {
    app = await AnsweringApp.open(routes, { routes: { "/store/test/:way": true }, maxBytes: 4_096 })
  })
  afterAll(() => app.close())

  /** Returns how often the route ran for four visitors, of whom two come at once. */
  const runsOf = async (path: string, options: Parameters<AnsweringApp["ask"]>[1] = {}): Promise<number> => {
    runs = 0
    await app.ask(path, options)
    await Promise.all([app.ask(path, options), app.ask(path, options)])
    await app.ask(path, options)
    return runs
  }

  it.each(Object.keys(ROUTES))("is not stored: %s", async (way) => {
    expect(await runsOf(`/store/test/${way}`)).toBe(4)
  })

  it("is not stored when nothing is known of what it is made of", async () => {
    expect(await runsOf("/store/test/unknown")).toBe(4)
    expect(app.warnings.join()).toContain("/store/test/[way]")
  })

  it("is not stored when another route than the known one has made it", async () => {
    expect(await runsOf("/store/products/recently-viewed")).toBe(4)
    expect(await runsOf("/store/products/prod_1")).toBe(1)
  })

  it.each<[string, Record<string, string>]>([
    ["with a customer", { "x-test-customer": "cus_1" }],
    ["with a token", { authorization: "Bearer x" }],
    ["with a session of a customer", { "x-test-user": "customer" }],
    ["with a session of somebody unknown", { "x-test-user": "vendor" }],
    ["of an editor who reloads", { "x-test-user": "user", "cache-control": "no-cache" }],
  ])("is not stored, and not looked for, for a request %s", async (_, headers) => {
    await app.ask("/store/products/prod_2")
    expect(await runsOf("/store/products/prod_2", { headers })).toBe(4)
    expect((await app.ask("/store/products/prod_2", { headers })).cacheStatus).toBe("medusa-memcached; fwd=bypass")
  })

  it.each([
    "cart_id=cart_1",
    "cart_id=",
    "cart_id[]=cart_1",
    "%63art_id=cart_1",
    "cart_id[x]=1",
    "a=1&cart%5Fid=cart_1",
  ])("is not stored for a cart: %s", async (query) => {
    expect(await runsOf(`/store/products/prod_3?${query}`)).toBe(4)
  })

  it.each<[string, Record<string, string>]>([
    ["of known length", { "content-length": "12" }],
    ["in parts", { "transfer-encoding": "chunked" }],
  ])("is not stored for a request with a body %s, which is not in its address", async (_, more) => {
    const headers = { "content-type": "application/json", ...more }
    expect(await runsOf("/store/products/prod_4", { headers, body: '{"id":"evil"}'.slice(0, 12) })).toBe(4)
  })

  it("is stored for a stranger who wants a new one, and for an editor who does not", async () => {
    const strange = { headers: { "cache-control": "no-cache", pragma: "no-cache" } }
    expect(await runsOf("/store/products/prod_5", strange)).toBe(1)
    expect(await runsOf("/store/products/prod_6", { headers: { "x-test-user": "user" } })).toBe(1)
  })

  it.each(["POST", "PUT", "OPTIONS"])("is not stored for %s", async (method) => {
    await app.ask("/store/products/prod_7")
    expect((await app.ask("/store/products/prod_7", { method })).cacheStatus).toBe("")
  })

  it("is not stored for a method in a header", async () => {
    runs = 0
    await app.ask("/store/products/prod_8", { method: "POST", headers: { "x-http-method-override": "GET" } })
    const { cacheStatus } = await app.ask("/store/products/prod_8")
    expect(cacheStatus).toBe("medusa-memcached; fwd=miss; stored")
  })
})

describe("an answer that is stored", () => {
  let app: AnsweringApp
  const headers: Record<string, string> = {
    "X-Kept": "yes",
    "Access-Control-Allow-Origin": "https://first.example.com",
    "Access-Control-Allow-Credentials": "true",
  }

  beforeAll(async () => {
    app = await AnsweringApp.open(
      (server) =>
        server.get("/store/products/:id", (_req, res) => {
          readThings()
          res.set(headers).json({ text: "x".repeat(2_000) })
        }),
      { vary: ["x-currency"], cacheControl: "public, max-age=60" }
    )
  })
  afterAll(() => app.close())

  it("has its own headers, and none that belong to who asked first", async () => {
    const made = await app.ask("/store/products/prod_1")
    const found = await eventually(
      () => app.ask("/store/products/prod_1"),
      ({ cacheStatus }) => cacheStatus.includes("; hit"),
      10_000
    )
    expect(made.headers["access-control-allow-origin"]).toBe("https://first.example.com")
    expect(found.headers).toMatchObject({ "x-kept": "yes", etag: made.headers.etag })
    expect(Object.keys(found.headers).filter((name) => name.startsWith("access-control"))).toEqual([])
  })

  it("tells caches between here and the visitor by what it differs, made or found", async () => {
    for (const path of ["/store/products/prod_2", "/store/products/prod_2"]) {
      const { headers: answered } = await app.ask(path)
      const names = String(answered.vary)
        .split(",")
        .map((name) => name.trim().toLowerCase())
      expect(names).toEqual(
        expect.arrayContaining(["accept-encoding", "x-publishable-api-key", "x-medusa-locale", "x-currency"])
      )
    }
  })

  it.each(["br", "gzip", "identity", "gzip, br", "*", "br;q=0", "", "nonsense"])(
    "is understood by who asks with Accept-Encoding: %s",
    async (encoding) => {
      const { gunzipSync, brotliDecompressSync } = await import("node:zlib")
      for (let round = 0; round < 3; round++) {
        const { body, headers: answered } = await app.ask("/store/products/prod_3", {
          headers: { "accept-encoding": encoding },
        })
        const coding = answered["content-encoding"]
        const raw = coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body
        expect(raw.toString()).toBe(JSON.stringify({ text: "x".repeat(2_000) }))
        if (encoding === "br;q=0" || encoding === "identity") expect(coding).not.toBe("br")
      }
    }
  )

  it("answers HEAD without a body, and who has it already with 304", async () => {
    const found = await app.ask("/store/products/prod_3")
    const head = await app.ask("/store/products/prod_3", { method: "HEAD" })
    expect({ status: head.status, length: head.body.length, etag: head.headers.etag }).toEqual({
      ...{ status: 200, length: 0, etag: found.headers.etag },
    })
    const again = await app.ask("/store/products/prod_3", { headers: { "if-none-match": found.headers.etag } })
    expect({ status: again.status, length: again.body.length }).toEqual({ status: 304, length: 0 })
    const other = await app.ask("/store/products/prod_3", { headers: { "if-none-match": 'W/"other"' } })
    expect(other.status).toBe(200)
  })
})

describe("an answer with prices", () => {
  const NEAR_MS = 2_500
  let app: AnsweringApp

  beforeAll(async () => {
    app = await AnsweringApp.open((server) =>
      server.get("/store/products/:type", (req, res) => {
        currentRecording()?.read([`${req.params.type}:list:*`])
        res.json({})
      })
    )
  })
  afterAll(() => app.close())

  // What Medusa has stored with prices has no tag of a price list.
  it.each(["PriceList", "Price", "ProductVariant"])("is not kept until a price list begins: %s", async (type) => {
    jest.spyOn(PriceListMoments.prototype, "after").mockResolvedValue(Date.now() + NEAR_MS)
    const begun = Date.now()
    await app.ask(`/store/products/${type}`)
    await eventually(
      () => app.ask(`/store/products/${type}`),
      ({ cacheStatus }) => !cacheStatus.includes("; hit") && Date.now() > begun + NEAR_MS / 2,
      NEAR_MS
    )
    jest.restoreAllMocks()
  })
})
