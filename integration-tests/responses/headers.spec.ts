import { createRequire } from "node:module"
import { setTimeout as delay } from "node:timers/promises"
import type { Express, Request, RequestHandler, Response } from "express"
import { eventually } from "../../testing/eventually"
import { type Answered, AnsweringApp, readThings } from "./answering-app"

jest.setTimeout(60_000)

const PATH = "/store/products"

/** Medusa's own, which has no types here. */
const session = createRequire(require.resolve("@medusajs/framework"))("express-session") as (
  options: object
) => RequestHandler

let app: AnsweringApp | undefined

afterEach(async () => {
  await app?.close()
  app = undefined
})

/** Opens an application with one route, which reads something that is known. */
async function open(
  route: (req: Request, res: Response) => unknown,
  options: Parameters<typeof AnsweringApp.open>[1] = {},
  middlewares?: (app: Express) => void
): Promise<AnsweringApp> {
  app = await AnsweringApp.open(
    (server) =>
      server.get(PATH, (req, res) => {
        readThings()
        route(req, res)
      }),
    options,
    middlewares
  )
  return app
}

/** Asks until the answer comes from the cache. */
const hit = (opened: AnsweringApp, options: Parameters<AnsweringApp["ask"]>[1] = {}): Promise<Answered> =>
  eventually(
    () => opened.ask(PATH, options),
    ({ cacheStatus }) => cacheStatus.includes("; hit"),
    10_000
  )

describe("the option cacheControl", () => {
  const cacheControl = "public, max-age=60"

  it("speaks of what is stored, when it is made and when it is found, and counts from then on", async () => {
    const opened = await open((_req, res) => res.json({}), { cacheControl: "public, max-age=2" })
    expect((await opened.ask(PATH)).headers["cache-control"]).toBe("public, max-age=2")
    await hit(opened)
    await delay(3_000)
    const { headers, cacheStatus } = await opened.ask(PATH)

    expect(cacheStatus).toContain("hit")
    expect(headers["cache-control"]).toBe("public, max-age=2")
    // A cache in front would take it for one that is out of date.
    expect(headers.age).toBeUndefined()
  })

  // A browser would give a customer who has just logged in the prices that he saw before.
  it("does not speak to those who say who they are", async () => {
    const opened = await open((_req, res) => res.json({}), { cacheControl })
    for (const answered of [await opened.ask(PATH), await hit(opened)]) {
      expect(String(answered.headers.vary).toLowerCase().split(", ")).toContain("authorization")
    }
  })

  it("is silent where the route has spoken", async () => {
    const opened = await open((_req, res) => res.set("Cache-Control", "max-age=10").json({}), { cacheControl })
    expect((await opened.ask(PATH)).headers["cache-control"]).toBe("max-age=10")
    const { headers } = await hit(opened)

    expect(headers["cache-control"]).toBe("max-age=10")
    expect(headers.age).toBeDefined()
  })

  it("is silent where a middleware has spoken for this visitor", async () => {
    const opened = await open(
      (_req, res) => res.json({}),
      { cacheControl },
      (server) =>
        server.use((req, res, next) => {
          if (req.get("x-member")) res.set("Cache-Control", "no-store")
          next()
        })
    )
    await hit(opened)

    expect((await hit(opened, { headers: { "x-member": "1" } })).headers["cache-control"]).toBe("no-store")
    expect((await opened.ask(PATH)).headers["cache-control"]).toBe(cacheControl)
  })

  it("is silent where a middleware gives the visitor a cookie", async () => {
    const opened = await open(
      (_req, res) => res.json({}),
      { cacheControl },
      (server) =>
        server.use((_req, res, next) => {
          res.cookie("visitor", "1")
          next()
        })
    )
    for (const answered of [await opened.ask(PATH), await hit(opened)]) {
      expect(answered.headers["set-cookie"]).toHaveLength(1)
      expect(answered.headers["cache-control"]).toBeUndefined()
    }
  })

  // express-session sets its cookie when the first byte leaves, on each answer if `rolling` is on.
  it("is silent where the session of an editor is prolonged", async () => {
    const own = session({ secret: "x", resave: true, rolling: true, saveUninitialized: false })
    const opened = await open(
      (_req, res) => res.json({}),
      { cacheControl },
      (server) =>
        server.use((req, res, next) => {
          delete (req as { session?: unknown }).session
          own(req, res, (error?: unknown) => {
            Object.assign((req as unknown as { session: object }).session, { auth_context: { actor_type: "user" } })
            next(error)
          })
        })
    )
    for (const answered of [await opened.ask(PATH), await hit(opened)]) {
      expect(answered.headers["set-cookie"]).toHaveLength(1)
      expect(answered.headers["cache-control"]).toBeUndefined()
    }
  })
})

describe("headers of an answer", () => {
  it("are repeated, but for those of one connection or one visitor", async () => {
    const opened = await open((_req, res) =>
      res
        .set({
          Connection: "X-Hop",
          "X-Hop": "1",
          Upgrade: "h2c",
          "Proxy-Authenticate": "Basic",
          "WWW-Authenticate": "Basic",
          "Access-Control-Allow-Origin": "https://a.example.com",
          "Access-Control-Expose-Headers": "X-Total",
          "X-Total": "7",
        })
        .json({})
    )
    const { headers } = await hit(opened)

    expect(headers).toMatchObject({ "x-total": "7", "access-control-expose-headers": "X-Total" })
    const names = ["x-hop", "upgrade", "proxy-authenticate", "www-authenticate", "access-control-allow-origin"]
    expect(names.filter((name) => headers[name] !== undefined)).toEqual([])
  })

  it("have a weak ETag, since the bytes differ with the encoding", async () => {
    const opened = await open((_req, res) => res.set("ETag", '"strong"').json({ text: "x".repeat(3_000) }))
    for (const coding of ["br", "gzip", "identity"]) {
      const { headers } = await hit(opened, { headers: { "accept-encoding": coding } })
      expect(headers.etag).toBe('W/"strong"')
    }
  })
})

describe("a visitor who has the answer already gets a 304", () => {
  const conditional = (answered: Answered) => ({ headers: { "if-none-match": String(answered.headers.etag) } })

  it.each<[string, (res: Response) => Response]>([
    ["that is stored", (res) => res],
    ["that is not stored", (res) => res.vary("X-Other")],
  ])("of a route %s", async (_, prepare) => {
    const opened = await open((_req, res) => prepare(res).json({ text: "x".repeat(100) }))
    const first = await opened.ask(PATH)
    const again = await opened.ask(PATH, conditional(first))

    expect({ status: again.status, bytes: again.body.length }).toEqual({ status: 304, bytes: 0 })
    expect(again.headers["content-type"]).toBeUndefined()
  })

  it("when it has been made anew and is the same, and others get all of it", async () => {
    const opened = await open((_req, res) => res.json({ text: "x".repeat(100) }))
    const first = await hit(opened)
    await opened.clear(["Thing:list:*"])
    const again = await opened.ask(PATH, conditional(first))
    const other = await hit(opened)

    expect([again.status, again.cacheStatus]).toEqual([304, "medusa-memcached; fwd=stale; stored"])
    expect([other.status, other.body.toString()]).toEqual([200, first.body.toString()])
  })
})

describe("Cache-Status", () => {
  it("is also told of a response whose headers leave before its body", async () => {
    const opened = await open((_req, res) => {
      res.flushHeaders()
      res.end("b")
    })
    expect((await opened.ask(PATH)).cacheStatus).toBe("medusa-memcached; fwd=miss")
  })

  it("says stored only of what is stored", async () => {
    const opened = await open((_req, res) => res.json({}))
    // More new addresses than are stored in a minute.
    await Promise.all(Array.from({ length: 300 }, (_, i) => opened.ask(`${PATH}?i=${i}`)))
    const statuses = [await opened.ask(`${PATH}?i=last`), await opened.ask(`${PATH}?i=last`)].map(
      ({ cacheStatus }) => cacheStatus
    )

    expect(statuses).toEqual(["medusa-memcached; fwd=miss", "medusa-memcached; fwd=miss; stored"])
  })
})

describe("what a middleware says of how long a response may be used", () => {
  it("counts like what the route says", async () => {
    const opened = await open(
      (_req, res) => res.json({}),
      {},
      (server) =>
        server.use((req, res, next) => {
          res.set("Cache-Control", req.get("x-short") ? "public, max-age=0" : "public, max-age=2")
          next()
        })
    )
    const short = { headers: { "x-short": "1" } }
    await opened.ask(PATH, short)
    expect((await opened.ask(PATH, short)).cacheStatus).not.toContain("hit")

    await hit(opened)
    await delay(2_500)
    expect((await opened.ask(PATH)).cacheStatus).not.toContain("hit")
  })
})

describe("a middleware between this one and a route", () => {
  it("sees all of a response that is sent in parts", async () => {
    const opened = await open((_req, res) => {
      // As one for compression does, which changes each part and adds something at the end.
      const write = res.write.bind(res) as (part: string) => boolean
      const end = res.end.bind(res) as (part: string) => Response
      res.write = (part: string) => write(part.toUpperCase())
      res.end = ((part: string) => end(`${part.toUpperCase()}!`)) as typeof res.end
      for (const part of ["a", "b", "c"]) res.write(part)
      res.end("d")
    })
    expect((await opened.ask(PATH)).body.toString()).toBe("ABCD!")
  })
})
