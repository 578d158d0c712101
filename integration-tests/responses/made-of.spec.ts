import { setTimeout as delay } from "node:timers/promises"
import { eventually } from "../../testing/eventually"
import { AnsweringApp, readThings } from "./answering-app"

jest.setTimeout(60_000)

const PATH = "/store/products"

/** What is known of a request and its answer. */
interface Noted {
  banner?: unknown
}

let app: AnsweringApp | undefined

afterEach(async () => {
  await app?.close()
  app = undefined
})

const untilHit = (): Promise<string | undefined> =>
  eventually(
    async () => (await app?.ask(PATH))?.cacheStatus,
    (cacheStatus) => cacheStatus?.includes("; hit") ?? false,
    10_000
  )

describe("what an answer is made of", () => {
  const bannerIn = async (): Promise<unknown> => (await app?.provider.get({ key: "banner" })) ?? undefined
  const setBanner = (text: string) =>
    app?.provider.set({ key: "banner", data: { text }, tags: ["Store:list:*"], ttl: 600 })

  /** Opens an application whose middleware reads a banner, and goes on as it is told. */
  const openWithBanner = (goOn: (next: () => void) => void): Promise<AnsweringApp> =>
    AnsweringApp.open(
      (server) =>
        server.get(PATH, (req, res) => {
          readThings()
          res.json((req as Noted).banner)
        }),
      {},
      (server) =>
        server.use((req, _res, next) => {
          void bannerIn().then((banner) => {
            ;(req as Noted).banner = banner
            goOn(next)
          })
        })
    )

  it("is also what a middleware has read from the cache", async () => {
    app = await openWithBanner((next) => next())
    await setBanner("old")
    await untilHit()
    await app.clear(["Store:list:*"])
    await setBanner("new")

    expect((await app.ask(PATH)).body.toString()).toContain("new")
  })

  it("may have been cleared between a middleware and the lookup", async () => {
    let isHeld = true
    let release: (() => void) | undefined
    app = await openWithBanner((next) => {
      if (!isHeld) return next()
      isHeld = false
      release = next
    })
    await setBanner("old")
    const slow = app.ask(PATH)
    await eventually(
      () => Promise.resolve(release),
      (held) => held !== undefined,
      10_000
    )
    await app.clear(["Store:list:*"])
    await setBanner("new")
    release?.()
    expect((await slow).body.toString()).toContain("old")
    await delay(200)

    expect((await app.ask(PATH)).body.toString()).toContain("new")
  })
})

describe("an answer of what lies elsewhere, by an entry of this cache", () => {
  let elsewhere: string
  let meanwhile: () => unknown

  /** As `useCache` does, which keeps nothing that is undefined. */
  const menu = async (): Promise<unknown> => {
    const found: unknown = await app?.provider.get({ key: "menu" })
    if (found) return found
    const data = { text: elsewhere }
    await meanwhile()
    void app?.provider.set({ key: "menu", data, tags: ["Menu:main"], ttl: 600 })
    return data
  }
  const openWith = async (read: () => Promise<unknown>): Promise<AnsweringApp> => {
    elsewhere = "old"
    meanwhile = () => undefined
    return AnsweringApp.open((server) =>
      server.get(PATH, (_req, res) => {
        readThings()
        void read().then((data) => res.json(data ?? "nothing"))
      })
    )
  }
  const bodyOf = async (): Promise<string> => String((await app?.ask(PATH))?.body)

  it("is not kept when that was cleared before the entry was stored", async () => {
    app = await openWith(menu)
    let release: (() => void) | undefined
    meanwhile = () => new Promise<void>((resolve) => (release = resolve))
    const slow = bodyOf()
    await eventually(
      () => Promise.resolve(release),
      (held) => held !== undefined,
      10_000
    )
    meanwhile = () => undefined
    elsewhere = "new"
    await app.clear(["Menu:main"])
    release?.()
    expect(await slow).toContain("old")
    await delay(200)
    expect(await bodyOf()).toContain("new")
  })

  it("is void when that is cleared which was too large to be stored", async () => {
    app = await openWith(async () => JSON.stringify(await menu()).slice(0, 20))
    elsewhere = `old ${"x".repeat(app.cache.answers.maxBytes)}`
    await bodyOf()
    await delay(200)
    elsewhere = "new"
    await app.clear(["Menu:main"])
    expect(await bodyOf()).toContain("new")
  })

  it("is not stored when there was no entry, and the route has stored none: another one may come any time", async () => {
    app = await openWith(() => app?.provider.get({ key: "menu" }) ?? Promise.resolve())
    expect(await bodyOf()).toContain("nothing")
    await delay(200)
    await app.provider.set({ key: "menu", data: { text: "new" }, tags: ["Menu:main"], ttl: 600 })
    expect(await bodyOf()).toContain("new")
  })
})

describe("an answer of which a part is not seen", () => {
  it("is not stored: a middleware goes on in a callback that does not belong to the request", async () => {
    const waiting: (() => void)[] = []
    app = await AnsweringApp.open(
      (server) =>
        server.get(PATH, (_req, res) => {
          void app?.provider.get({ key: "banner" }).then((banner) => res.json(banner ?? {}))
        }),
      {},
      (server) =>
        server.use((_req, _res, next) => {
          readThings()
          waiting.push(next)
        })
    )
    // As a client of a database calls back whoever has asked it, from where it has opened its connection.
    const calling = setInterval(() => waiting.shift()?.(), 5)
    try {
      for (let i = 0; i < 2; i++) expect((await app.ask(PATH)).cacheStatus).toBe("medusa-memcached; fwd=miss")
    } finally {
      clearInterval(calling)
    }
    expect(app.warnings.join()).toMatch(/another asynchronous context/)
  })
})

describe("what an answer varies by", () => {
  it.each<[string, string, boolean]>([
    ["says by a header that is in no key", "X-Country", false],
    ["allows other origins, whose headers are not kept", "Origin", true],
  ])("is known when a middleware %s", async (_, name, isStored) => {
    app = await AnsweringApp.open(
      (server) =>
        server.get(PATH, (_req, res) => {
          readThings()
          res.json({})
        }),
      {},
      (server) =>
        server.use((_req, res, next) => {
          res.vary(name)
          next()
        })
    )

    expect((await app.ask(PATH)).cacheStatus.includes("stored")).toBe(isStored)
  })
})

describe("the option bypass", () => {
  it.each<[string, () => unknown]>([
    ["a text", () => "yes"],
    ["a number", () => 1],
    ["a promise", () => Promise.resolve(true)],
  ])("counts %s as true", async (_, bypass) => {
    app = await AnsweringApp.open(
      (server) =>
        server.get(PATH, (req, res) => {
          readThings()
          res.json(req.get("x-member"))
        }),
      { bypass: bypass as () => boolean }
    )
    for (const member of ["anna", "bert"]) {
      const { body, cacheStatus } = await app.ask(PATH, { headers: { "x-member": member } })
      expect({ body: body.toString(), cacheStatus }).toEqual({
        body: `"${member}"`,
        cacheStatus: "medusa-memcached; fwd=bypass",
      })
    }
  })
})
