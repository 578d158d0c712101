import { ManualRuntime } from "../../../../testing/manual-runtime"
import { FlowClear } from "../../log/flow-clear"
import { inFlow, type LoadCell, LoadTracker } from "../load-tracker"
import { type LogVersion, TagVersions } from "../../log/tag-versions"

const REMEMBER_MS = 60_000
const USUAL_LOAD_MS = 10_000
const MAX_REMEMBERED = 100
const MAX_CHAIN = 16

const at = (version: number, epoch = 1): LogVersion => ({ epoch, version })
const NEWEST = at(1_000)

/** A context of its own, as each request has one. */
const inContext = <T>(run: () => Promise<T>): Promise<T> => Promise.resolve().then(run)

class Shop {
  readonly runtime = new ManualRuntime()
  readonly loads = new LoadTracker(this.runtime, {
    maxChain: MAX_CHAIN,
    rememberMs: REMEMBER_MS,
    maxRemembered: MAX_REMEMBERED,
  })

  /** A lookup that answers later and misses. Its synchronous part begins the load. */
  miss(key: string, readVersion: LogVersion | undefined): Promise<LoadCell> {
    const cell = this.loads.begin(key, this.runtime.elapsed())
    return tick().then(() => {
      this.loads.missed(cell, readVersion)
      return cell
    })
  }

  hit(key: string): Promise<void> {
    const cell = this.loads.begin(key, this.runtime.elapsed())
    return tick().then(() => this.loads.hit(cell))
  }

  /** The read version of a set, or what it is instead. */
  readVersionOf(key: string): number | string {
    const source = this.loads.match(key, NEWEST)
    if (source.kind === "unproven") return "unproven"
    if (source.kind === "unknown") return `since ${source.since?.version ?? "ever"}`
    return source.kind === "write-through" ? `write-through ${source.readVersion.version}` : source.readVersion.version
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe("a set after a miss in the same context", () => {
  it("has the version of that miss, however new the log is by then", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("a", at(5))
      await tick()

      expect(shop.readVersionOf("a")).toBe(5)
    }))

  it("knows how long the load took", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.runtime.advance(100)
      await shop.miss("a", at(5))
      await shop.runtime.advance(40)

      expect(shop.loads.match("a", NEWEST)).toEqual({
        kind: "load",
        readVersion: at(5),
        startedAt: 100,
        work: { ms: 40, wasAlone: true },
        reads: [],
        clears: [],
      })
    }))

  it("works for several keys in any order: get a, get b, set a, set b", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("a", at(5))
      await shop.miss("b", at(6))

      expect(shop.readVersionOf("a")).toBe(5)
      expect(shop.readVersionOf("b")).toBe(6)
    }))

  it("works for lookups that run side by side", () =>
    inContext(async () => {
      const shop = new Shop()
      const load = async (key: string, version: number): Promise<number | string> => {
        await shop.miss(key, at(version))
        await tick()
        return shop.readVersionOf(key)
      }

      expect(await Promise.all([load("a", 5), load("b", 6), load("c", 7)])).toEqual([5, 6, 7])
    }))

  it("works for a lookup within the load of another", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("outer", at(5))
      const inner = async (): Promise<number | string> => {
        await shop.miss("inner", at(8))
        return shop.readVersionOf("inner")
      }

      expect(await inner()).toBe(8)
      expect(shop.readVersionOf("outer")).toBe(5)
    }))

  it("uses its own miss, where another context has missed the same key before", async () => {
    const shop = new Shop()
    await inContext(() => shop.miss("a", at(3)))
    const own = await inContext(async () => {
      await shop.miss("a", at(9))
      return shop.readVersionOf("a")
    })

    expect(own).toBe(9)
  })

  it("is not proven when no head was ever read", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("a", undefined)

      expect([shop.readVersionOf("a"), shop.readVersionOf("a")]).toEqual(["unproven", "unproven"])
    }))

  it("uses the older of two misses of its key in one context, since their loads cannot be told apart", () =>
    inContext(async () => {
      const shop = new Shop()
      await Promise.all([shop.miss("a", at(5)), shop.miss("a", at(9))])

      expect(shop.readVersionOf("a")).toBe(5)
      expect(shop.readVersionOf("a")).toBe(5)
    }))

  it("is not proven when its two misses saw different logs", () =>
    inContext(async () => {
      const shop = new Shop()
      await Promise.all([shop.miss("a", at(5, 1)), shop.miss("a", at(9, 2))])

      expect(shop.readVersionOf("a")).toBe("unproven")
    }))

  it("is not held back for ever by a load that failed long ago in the same context", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("a", at(5))
      await shop.runtime.advance(REMEMBER_MS)
      await shop.miss("a", at(90))

      expect(shop.readVersionOf("a")).toBe(90)
    }))
})

describe("a set in a context that has missed nothing open", () => {
  it("is a write-through, with the newest version that is known", () =>
    inContext(async () => {
      const shop = new Shop()

      expect(shop.readVersionOf("a")).toBe("write-through 1000")
      expect(shop.loads.match("a", undefined)).toEqual({ kind: "unproven" })
    }))

  it("is not taken for a load after a hit, which closes its cell", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.hit("a")

      expect(shop.readVersionOf("a")).toBe("write-through 1000")
    }))

  it("does not take over the miss of another key", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("a", at(5))

      expect(shop.readVersionOf("b")).toBe("write-through 1000")
    }))

  it("does not use a cell again that a set has used: it may be the same data again, or newer", () =>
    inContext(async () => {
      const shop = new Shop()
      const cell = await shop.miss("a", at(5))
      shop.readVersionOf("a")

      expect(cell.state).toBe("stored")
      expect(shop.readVersionOf("a")).toBe(5)
      await shop.runtime.advance(USUAL_LOAD_MS)
      expect(shop.readVersionOf("a")).toBe("since 5")
      await shop.runtime.advance(REMEMBER_MS)
      expect(shop.readVersionOf("a")).toBe("write-through 1000")
    }))

  it("does not use the cell of another cache in the same process", () =>
    inContext(async () => {
      const [one, other] = [new Shop(), new Shop()]
      await one.miss("a", at(5))

      expect(other.readVersionOf("a")).toBe("write-through 1000")
    }))

  it("does not use a lookup that has not answered yet", () =>
    inContext(async () => {
      const shop = new Shop()
      const lookup = shop.miss("a", at(5))

      expect(shop.readVersionOf("a")).toBe("write-through 1000")
      await lookup
    }))
})

describe("a set that may belong to somebody's lookup", () => {
  it("is as old as the oldest miss of its key that has no set", async () => {
    const shop = new Shop()
    for (const version of [7, 5, 9]) await inContext(() => shop.miss("a", at(version)))

    for (let store = 1; store <= 3; store++) {
      expect(await inContext(async () => shop.readVersionOf("a"))).toBe("since 5")
    }
    await shop.runtime.advance(USUAL_LOAD_MS)
    expect(await inContext(async () => shop.readVersionOf("a"))).toBe("write-through 1000")
  })

  it("is in doubt a little longer than each miss has its set: one of them may have been somebody else's", async () => {
    const shop = new Shop()
    await inContext(() => shop.miss("a", at(5)))
    expect(await inContext(async () => shop.readVersionOf("a"))).toBe("since 5")
    await shop.runtime.advance(USUAL_LOAD_MS - 1)
    expect(await inContext(async () => shop.readVersionOf("a"))).toBe("since 5")

    await shop.runtime.advance(1)
    expect(await inContext(async () => shop.readVersionOf("a"))).toBe("write-through 1000")
  })

  it("is a write-through when each miss of its key has its set", async () => {
    const shop = new Shop()
    await inContext(async () => {
      await shop.miss("a", at(5))
      expect(shop.readVersionOf("a")).toBe(5)
    })
    await shop.runtime.advance(USUAL_LOAD_MS)

    expect(await inContext(async () => shop.readVersionOf("a"))).toBe("write-through 1000")
  })

  it("is older than any when one of those misses has seen no head, or another log", async () => {
    const shop = new Shop()
    await inContext(() => shop.miss("a", at(7)))
    await inContext(() => shop.miss("a", undefined))
    await inContext(() => shop.miss("b", at(7, 1)))
    await inContext(() => shop.miss("b", at(1, 2)))

    expect(await inContext(async () => shop.readVersionOf("a"))).toBe("since ever")
    expect(await inContext(async () => shop.readVersionOf("b"))).toBe("since ever")
  })

  it("is no write-through as long as its miss is younger than a minute", async () => {
    const shop = new Shop()
    await inContext(() => shop.miss("a", at(5)))
    await inContext(() => shop.miss("a", at(5)))
    await shop.runtime.advance(REMEMBER_MS - 1)
    expect(await inContext(async () => shop.readVersionOf("a"))).toBe("since 5")

    await shop.runtime.advance(1)
    expect(await inContext(async () => shop.readVersionOf("a"))).toBe("write-through 1000")
  })

  it("remembers each miss for at least a minute, and of a key that is missed all the time none for ever", async () => {
    const shop = new Shop()
    // Misses every ten seconds: the version is the time in seconds.
    for (let seconds = 0; seconds <= 600; seconds += 10) {
      for (let miss = 0; miss < 8; miss++) await inContext(() => shop.miss("a", at(seconds)))
      const since = Number((await inContext(async () => shop.readVersionOf("a"))).toString().replace("since ", ""))
      expect(since).toBeLessThanOrEqual(Math.max(0, seconds - 50))
      expect(since).toBeGreaterThanOrEqual(seconds - 120)
      await shop.runtime.advance(10_000)
    }
  })

  it("is older than any while misses may have been forgotten for lack of room", async () => {
    const shop = new Shop()
    await inContext(async () => {
      for (let i = 0; i <= MAX_REMEMBERED; i++) shop.loads.missed(shop.loads.begin(`key ${i}`, 0), at(i))
    })
    expect(await inContext(async () => shop.readVersionOf("key 0"))).toBe("since ever")
    expect(await inContext(async () => shop.readVersionOf("another"))).toBe("since ever")

    await shop.runtime.advance(REMEMBER_MS)
    expect(await inContext(async () => shop.readVersionOf("another"))).toBe("write-through 1000")
  })

  it("is no older than what its own flow has cleared before it", async () => {
    const shop = new Shop()
    await inContext(() => shop.miss("a", at(5)))
    const own = new FlowClear({ everything: false, explicit: [1], automatic: [] })
    const tagVersions = new TagVersions(10)
    tagVersions.adopt(1, 7)
    own.committed(8, tagVersions, () => false, true)
    const clearAndReadVersion = async (): Promise<number | string> => {
      shop.loads.clears(own)
      await tick()
      return shop.readVersionOf("a")
    }

    expect(await inContext(clearAndReadVersion)).toBe("since 8")
    await inContext(() => shop.miss("a", at(5)))
    expect(await inContext(async () => shop.readVersionOf("a"))).toBe("since 5")
  })
})

describe("a flow that the plugin has begun", () => {
  /** A class of a shop's code, which needs a connection first. */
  class Helper {
    constructor(private readonly shop: Shop) {}

    async get(key: string, version: number): Promise<void> {
      await tick()
      await this.shop.miss(key, at(version))
    }

    async readVersionOf(key: string): Promise<number | string> {
      await tick()
      return this.shop.readVersionOf(key)
    }
  }

  it("knows the misses of its helpers, and nothing of those of others", async () => {
    const shop = new Shop()
    const helper = new Helper(shop)
    const readVersions = await Promise.all(
      [5, 9].map((version) =>
        inFlow(async () => {
          await helper.get("a", version)
          await tick()
          return helper.readVersionOf("a")
        })
      )
    )

    expect(readVersions).toEqual([5, 9])
    expect(await inContext(async () => shop.readVersionOf("a"))).toBe("write-through 1000")
  })

  it("uses the oldest of several misses of a key, and is in doubt about a second store of one", () =>
    inFlow(async () => {
      const shop = new Shop()
      const helper = new Helper(shop)
      await helper.get("a", 9)
      await helper.get("a", 5)

      expect([await helper.readVersionOf("a"), await helper.readVersionOf("a")]).toEqual([5, 5])
      expect(await helper.readVersionOf("a")).toBe(5)
      expect(await helper.readVersionOf("b")).toBe("write-through 1000")
    }))

  it("is in doubt about everything when it has missed more keys than are noted", () =>
    inFlow(async () => {
      const shop = new Shop()
      for (let i = 0; i <= 1_000; i++) shop.loads.missed(shop.loads.begin(`key ${i}`, 0), at(i))

      expect(await new Helper(shop).readVersionOf("another")).toBe("since ever")
    }))

  it("knows what its helpers have cleared", () =>
    inFlow(async () => {
      const shop = new Shop()
      const own = new FlowClear({ everything: false, explicit: [1], automatic: [] })
      await new Helper(shop).get("a", 5)
      await (async () => {
        await tick()
        shop.loads.clears(own)
      })()

      expect(shop.loads.match("a", NEWEST)).toMatchObject({ kind: "load", readVersion: at(5), clears: [own] })
    }))
})

describe("a context that lives long", () => {
  it("keeps a short chain of cells, however many lookups it makes", () =>
    inContext(async () => {
      const shop = new Shop()
      let last: LoadCell | undefined
      for (let i = 0; i < 1_000; i++) last = await shop.miss(`key ${i}`, at(i))
      let length = 0
      for (let step: { previous?: object } | undefined = last; step; step = step.previous) length += 1

      expect(length).toBeLessThanOrEqual(MAX_CHAIN)
    }))

  it("keeps no cell that is done when it makes the next lookup", () =>
    inContext(async () => {
      const shop = new Shop()
      for (let i = 0; i < 5; i++) await shop.hit(`key ${i}`)

      expect((await shop.miss("a", at(1))).previous).toBeUndefined()
    }))

  it("is in doubt about a key whose cell has fallen off the chain", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("first", at(5))
      for (let i = 0; i < MAX_CHAIN; i++) await shop.miss(`key ${i}`, at(6))

      expect(shop.readVersionOf("first")).toBe("since 5")
    }))
})
