import { connect } from "node:net"
import { setTimeout as delay } from "node:timers/promises"
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
          // The first one waits.
          if (runs > 1 || !isHeld) res.json(answer)
          else release = () => void res.json(answer)
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
