import { AsyncResource } from "node:async_hooks"
import { connect } from "node:net"
import { setTimeout as delay } from "node:timers/promises"
import type { Response } from "express"
import { eventually } from "../../testing/eventually"
import { AnsweringApp, readThings, TAG } from "./answering-app"

jest.setTimeout(60_000)

/** The route's data, which it reads before it waits: what it answers may be old by then. */
let data = 0
let runs = 0
let release: (() => void) | undefined
let isHeld = true
/** Requests that have come so far. */
let arrived = 0
let isBroken = false

describe("many visitors at once", () => {
  let app: AnsweringApp

  beforeAll(async () => {
    app = await AnsweringApp.open(
      (server) =>
        server.get("/store/products/:id", (req, res) => {
          runs += 1
          readThings()
          const answer = { read: data }
          if (req.params.id === "for-nobody-else") res.set("Cache-Control", "max-age=0")
          if (req.params.id.startsWith("slow")) return void setTimeout(() => res.json(answer), 1_000)
          // The first one waits.
          if (runs > 1 || !isHeld) res.json(answer)
          else release = AsyncResource.bind(() => void res.json(answer))
        }),
      {
        bypass: () => {
          arrived += 1
          if (isBroken) throw new Error("Of the shop")
          return false
        },
      }
    )
  })
  beforeEach(() => {
    runs = 0
    arrived = 0
    isHeld = true
    isBroken = false
  })
  afterAll(() => app.close())

  const ask = async (path: string): Promise<{ read: number; cacheStatus: string }> => {
    const { body, cacheStatus } = await app.ask(path)
    return { ...(JSON.parse(body.toString()) as { read: number }), cacheStatus }
  }
  /** Resolves when so many requests have come, and have looked for their answer. */
  const untilArrived = async (count: number): Promise<void> => {
    await eventually(
      () => Promise.resolve(arrived),
      (now) => now >= count,
      10_000
    )
    await delay(200)
  }

  it("cost as much as one", async () => {
    const asked = Array.from({ length: 50 }, () => ask("/store/products/1"))
    await untilArrived(50)
    release?.()
    const answers = await Promise.all(asked)
    expect(runs).toBe(1)
    expect(answers.filter(({ cacheStatus }) => cacheStatus.includes("collapsed"))).toHaveLength(49)
  })

  it("do not share what nobody may keep for a moment", async () => {
    const asked = Array.from({ length: 5 }, () => ask("/store/products/for-nobody-else"))
    await untilArrived(5)
    release?.()
    await Promise.all(asked)
    expect(runs).toBe(5)
  })

  it("and none of them gets what was read before a clear that was answered before it asked", async () => {
    const slow = ask("/store/products/2")
    await untilArrived(1)
    data += 1
    await app.clear([TAG])
    const later = Array.from({ length: 20 }, () => ask("/store/products/2"))
    await untilArrived(21)
    release?.()
    expect((await slow).read).toBe(data - 1)
    for (const { read } of await Promise.all(later)) expect(read).toBe(data)
    expect((await ask("/store/products/2")).read).toBe(data)
  })

  it("and none of them gets what was void before its data was read", async () => {
    // The clear comes while all of them wait: those who asked before it may get either, and nobody later may.
    const early = Array.from({ length: 5 }, () => ask("/store/products/3"))
    await untilArrived(5)
    data += 1
    await app.clear([TAG])
    release?.()
    await Promise.all(early)
    expect((await ask("/store/products/3")).read).toBe(data)
    expect((await ask("/store/products/3")).read).toBe(data)
  })

  it("wait for nobody who has gone away", async () => {
    const socket = connect(app.port, "127.0.0.1")
    socket.write("GET /store/products/4 HTTP/1.1\r\nHost: shop\r\n\r\n")
    await untilArrived(1)
    const waiting = ask("/store/products/4")
    await untilArrived(2)
    const begun = performance.now()
    socket.destroy()
    await waiting
    expect(performance.now() - begun).toBeLessThan(3_000)
    release?.()
    await eventually(
      () => ask("/store/products/4"),
      ({ cacheStatus }) => cacheStatus.includes("; hit"),
      10_000
    )
  })

  it("cost as much as two when the first one goes away", async () => {
    isHeld = false
    const socket = connect(app.port, "127.0.0.1")
    socket.write("GET /store/products/slow HTTP/1.1\r\nHost: shop\r\n\r\n")
    await untilArrived(1)
    const asked = Array.from({ length: 20 }, () => ask("/store/products/slow"))
    await untilArrived(21)
    socket.destroy()
    await Promise.all(asked)
    expect(runs).toBe(2)
  })

  it("cost nothing when they go away while they wait", async () => {
    const sockets = Array.from({ length: 20 }, () => {
      const socket = connect(app.port, "127.0.0.1")
      socket.write("GET /store/products/slow-for-nobody HTTP/1.1\r\nHost: shop\r\n\r\n")
      return socket
    })
    await untilArrived(20)
    for (const socket of sockets) socket.destroy()
    await ask("/store/products/slow-for-nobody")
    expect(runs).toBe(2)
  })

  it("cost as much as two when something is cleared while the first one makes it", async () => {
    const first = ask("/store/products/slow-too")
    await untilArrived(1)
    const early = ask("/store/products/slow-too")
    await untilArrived(2)
    data += 1
    await app.clear([TAG])
    const later = Array.from({ length: 20 }, () => ask("/store/products/slow-too"))
    await untilArrived(22)
    await Promise.all([first, early])
    for (const { read } of await Promise.all(later)) expect(read).toBe(data)
    expect(runs).toBe(2)
  })

  it("wait for some seconds for one who never ends, and are then served", async () => {
    const never = app.ask("/store/products/5")
    await untilArrived(1)
    const answers = await Promise.all([ask("/store/products/5"), ask("/store/products/5")])
    expect(answers.map(({ read }) => read)).toEqual([data, data])
    release?.()
    await never
  })

  it("are served when the shop's own function fails", async () => {
    isHeld = false
    isBroken = true
    expect(await ask("/store/products/6")).toEqual({ read: data, cacheStatus: "medusa-memcached; fwd=bypass" })
    await ask("/store/products/6")
    expect(app.warnings.filter((warning) => warning.includes("Of the shop"))).toHaveLength(1)
  })
})

describe("an answer that cannot be shared", () => {
  let app: AnsweringApp | undefined

  afterEach(async () => {
    await app?.close()
    app = undefined
  })

  const timed = async (path: string, options: Parameters<AnsweringApp["ask"]>[1] = {}): Promise<number> => {
    const begun = performance.now()
    await app?.ask(path, options)
    return performance.now() - begun
  }

  it.each<[string, (res: Response) => unknown]>([
    ["is never stored", (res) => res.set("Cache-Control", "no-store").json({})],
    ["is an error", (res) => res.status(500).json({})],
  ])("and %s is not made by one visitor after the other", async (_, answer) => {
    app = await AnsweringApp.open((server) =>
      server.get("/store/products", (_req, res) => {
        readThings()
        setTimeout(() => answer(res), 500)
      })
    )
    await app.ask("/store/products")
    const times = await Promise.all(Array.from({ length: 5 }, () => timed("/store/products")))

    expect(Math.max(...times)).toBeLessThan(950)
  })

  it("and may be from then on is shared again", async () => {
    let isPrivate = true
    app = await AnsweringApp.open((server) =>
      server.get("/store/products", (_req, res) => {
        readThings()
        if (isPrivate) res.set("Cache-Control", "private")
        res.json({})
      })
    )
    await app.ask("/store/products")
    isPrivate = false
    expect((await app.ask("/store/products")).cacheStatus).toContain("stored")
    await eventually(
      async () => (await app?.ask("/store/products"))?.cacheStatus,
      (cacheStatus) => cacheStatus?.includes("; hit") ?? false,
      10_000
    )
  })

  it("and belongs to one visitor is not waited for, whatever route has it", async () => {
    app = await AnsweringApp.open(
      (server) =>
        server.get("/store/carts/:id", (_req, res) => {
          readThings()
          setTimeout(() => res.json({}), 500)
        }),
      { routes: { "/store/:type/:id": true } }
    )
    const times = await Promise.all([timed("/store/carts/cart_1"), timed("/store/carts/cart_1")])

    expect(Math.max(...times)).toBeLessThan(950)
  })

  it("and was waited for by somebody who has gone away holds up nobody", async () => {
    let finish: (() => void) | undefined
    app = await AnsweringApp.open((server) =>
      server.get("/store/products", (_req, res) => {
        readThings()
        // As a route does that looks whether anybody is still there.
        if (res.destroyed) return
        if (finish) res.json({})
        else finish = () => void res.status(500).json({})
      })
    )
    const first = app.ask("/store/products")
    await eventually(
      () => Promise.resolve(finish),
      (held) => held !== undefined,
      10_000
    )
    const socket = connect(app.port, "127.0.0.1")
    socket.write("GET /store/products HTTP/1.1\r\nHost: shop\r\n\r\n")
    await delay(200)
    socket.destroy()
    await delay(200)
    finish?.()
    await first

    expect(await timed("/store/products")).toBeLessThan(1_000)
  })

  it("since its session is no JSON is answered all the same, and holds up nobody", async () => {
    app = await AnsweringApp.open(
      (server) =>
        server.get("/store/products", (_req, res) => {
          readThings()
          res.json({})
        }),
      {},
      (server) =>
        server.use((req, _res, next) => {
          if (req.get("x-odd")) Object.assign((req as unknown as { session: object }).session, { big: 1n })
          next()
        })
    )
    expect((await app.ask("/store/products", { headers: { "x-odd": "1" } })).status).toBe(200)
    expect(await timed("/store/products")).toBeLessThan(1_000)
  })

  it("since its bytes are no answer is made anew, once", async () => {
    let made = 0
    app = await AnsweringApp.open((server) =>
      server.get("/store/products", (_req, res) => {
        made += 1
        readThings()
        res.json({})
      })
    )
    const { answers } = app.cache
    const store = answers.store.bind(answers)
    answers.store = (load, input) => store(load, { ...input, payload: Buffer.from("of another version") })
    await app.ask("/store/products")
    await delay(200)
    answers.store = store
    await app.ask("/store/products")
    await eventually(
      async () => (await app?.ask("/store/products"))?.cacheStatus,
      (cacheStatus) => cacheStatus?.includes("; hit") ?? false,
      10_000
    )

    expect(made).toBe(2)
    expect(app.cache.insight.statistics.snapshot().misses).toMatchObject({ unreadable: 1 })
  })

  it("with HEAD does not take away the early refresh from those who make it", async () => {
    app = await AnsweringApp.open(
      (server) =>
        server.get("/store/products", (_req, res) => {
          readThings()
          setTimeout(() => res.json({}), 300)
        }),
      { ttl: 3 }
    )
    await app.ask("/store/products")
    await delay(200)
    const seen = new Set<string>()
    for (const until = Date.now() + 2_300; Date.now() < until; await delay(20)) {
      seen.add((await app.ask("/store/products", { method: "HEAD" })).cacheStatus.replace(/; ttl=.*/, ""))
    }

    expect([...seen]).toEqual(["medusa-memcached; hit"])
  })
})
