import { ManualRuntime } from "../../__tests__/manual-runtime"
import { type LoadCell, Loads } from "../loads"
import type { Stamp } from "../view"

const REMEMBER_MS = 60_000
const MAX_REMEMBERED = 20_000

const at = (position: number, lineage = 1): Stamp => ({ lineage, position })
const NEWEST = at(1_000)

/** A context of its own, as each request has one. */
const inContext = <T>(run: () => Promise<T>): Promise<T> => Promise.resolve().then(run)

class Shop {
  readonly runtime = new ManualRuntime()
  readonly loads = new Loads(this.runtime)

  /** A lookup that answers later and misses. Its synchronous part begins the load. */
  miss(key: string, stamp: Stamp | undefined): Promise<LoadCell> {
    const cell = this.loads.begin(key, this.runtime.elapsed())
    return tick().then(() => {
      this.loads.missed(cell, stamp)
      return cell
    })
  }

  hit(key: string): Promise<void> {
    const cell = this.loads.begin(key, this.runtime.elapsed())
    return tick().then(() => this.loads.hit(cell))
  }

  /** The position that a store is stamped with, or what it is instead. */
  stampOf(key: string): number | string {
    const source = this.loads.match(key, NEWEST)
    if (source.kind === "unproven") return "unproven"
    return source.kind === "write-through" ? `write-through ${source.stamp.position}` : source.stamp.position
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe("a store after a miss in the same context", () => {
  it("is stamped with the position of that miss, however new the log is by then", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("a", at(5))
      await tick()

      expect(shop.stampOf("a")).toBe(5)
    }))

  it("knows how long the load took", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.runtime.advance(100)
      await shop.miss("a", at(5))
      await shop.runtime.advance(40)

      expect(shop.loads.match("a", NEWEST)).toEqual({ kind: "load", stamp: at(5), startedAt: 100 })
    }))

  it("works for several keys in any order: get a, get b, set a, set b", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("a", at(5))
      await shop.miss("b", at(6))

      expect(shop.stampOf("a")).toBe(5)
      expect(shop.stampOf("b")).toBe(6)
    }))

  it("works for lookups that run side by side", () =>
    inContext(async () => {
      const shop = new Shop()
      const load = async (key: string, position: number): Promise<number | string> => {
        await shop.miss(key, at(position))
        await tick()
        return shop.stampOf(key)
      }

      expect(await Promise.all([load("a", 5), load("b", 6), load("c", 7)])).toEqual([5, 6, 7])
    }))

  it("works for a lookup within the load of another", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("outer", at(5))
      const inner = async (): Promise<number | string> => {
        await shop.miss("inner", at(8))
        return shop.stampOf("inner")
      }

      expect(await inner()).toBe(8)
      expect(shop.stampOf("outer")).toBe(5)
    }))

  it("uses its own miss, where another context has missed the same key before", async () => {
    const shop = new Shop()
    await inContext(() => shop.miss("a", at(3)))
    const own = await inContext(async () => {
      await shop.miss("a", at(9))
      return shop.stampOf("a")
    })

    expect(own).toBe(9)
  })

  it("is not proven when no head was ever read", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("a", undefined)

      expect(shop.stampOf("a")).toBe("unproven")
    }))

  it("uses the older of two misses of its key in one context, since their loads cannot be told apart", () =>
    inContext(async () => {
      const shop = new Shop()
      await Promise.all([shop.miss("a", at(5)), shop.miss("a", at(9))])

      expect(shop.stampOf("a")).toBe(5)
      expect(shop.stampOf("a")).toBe(5)
    }))

  it("is not proven when its two misses saw different logs", () =>
    inContext(async () => {
      const shop = new Shop()
      await Promise.all([shop.miss("a", at(5, 1)), shop.miss("a", at(9, 2))])

      expect(shop.stampOf("a")).toBe("unproven")
    }))

  it("is not held back for ever by a load that failed long ago in the same context", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("a", at(5))
      await shop.runtime.advance(REMEMBER_MS)
      await shop.miss("a", at(90))

      expect(shop.stampOf("a")).toBe(90)
    }))
})

describe("a store in a context that has missed nothing open", () => {
  it("is a write-through, stamped with the newest position that is known", () =>
    inContext(async () => {
      const shop = new Shop()

      expect(shop.stampOf("a")).toBe("write-through 1000")
      expect(shop.loads.match("a", undefined)).toEqual({ kind: "unproven" })
    }))

  it("is not taken for a load after a hit, which closes its cell", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.hit("a")

      expect(shop.stampOf("a")).toBe("write-through 1000")
    }))

  it("does not take over the miss of another key", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("a", at(5))

      expect(shop.stampOf("b")).toBe("write-through 1000")
    }))

  it("does not use a cell again that a store has used, and still nothing newer than the miss", () =>
    inContext(async () => {
      const shop = new Shop()
      const cell = await shop.miss("a", at(5))
      shop.stampOf("a")

      expect(cell.state).toBe("done")
      expect(shop.stampOf("a")).toBe(5)
    }))

  it("does not use the cell of another cache in the same process", () =>
    inContext(async () => {
      const [one, other] = [new Shop(), new Shop()]
      await one.miss("a", at(5))

      expect(other.stampOf("a")).toBe("write-through 1000")
    }))

  it("does not use a lookup that has not answered yet", () =>
    inContext(async () => {
      const shop = new Shop()
      const lookup = shop.miss("a", at(5))

      expect(shop.stampOf("a")).toBe("write-through 1000")
      await lookup
    }))
})

describe("a store whose context was lost, or that followed another's lookup", () => {
  it("uses the oldest miss that is remembered for its key", async () => {
    const shop = new Shop()
    await inContext(() => shop.miss("a", at(7)))
    await inContext(() => shop.miss("a", at(5)))
    await inContext(() => shop.miss("a", at(9)))

    expect(await inContext(async () => shop.stampOf("a"))).toBe(5)
  })

  it("is not proven when one of those misses has seen no head, or another log", async () => {
    const shop = new Shop()
    await inContext(() => shop.miss("a", at(7)))
    await inContext(() => shop.miss("a", undefined))
    await inContext(() => shop.miss("b", at(7, 1)))
    await inContext(() => shop.miss("b", at(1, 2)))

    expect(await inContext(async () => shop.stampOf("a"))).toBe("unproven")
    expect(await inContext(async () => shop.stampOf("b"))).toBe("unproven")
  })

  it("is not taken for a write-through as long as its miss is younger than a minute", async () => {
    const shop = new Shop()
    await inContext(() => shop.miss("a", at(5)))
    await shop.runtime.advance(REMEMBER_MS - 1)
    expect(await inContext(async () => shop.stampOf("a"))).toBe(5)

    await shop.runtime.advance(1)
    expect(await inContext(async () => shop.stampOf("a"))).toBe("write-through 1000")
  })

  it("remembers each miss for at least a minute, and of a key that is missed all the time none for ever", async () => {
    const shop = new Shop()
    // Misses every ten seconds: the position is the time in seconds.
    for (let seconds = 0; seconds <= 600; seconds += 10) {
      await inContext(() => shop.miss("a", at(seconds)))
      const stamp = Number(await inContext(async () => shop.stampOf("a")))
      expect(stamp).toBeLessThanOrEqual(Math.max(0, seconds - 50))
      expect(stamp).toBeGreaterThanOrEqual(seconds - 120)
      await shop.runtime.advance(10_000)
    }
  })

  it("is not proven while misses may have been forgotten for lack of room", async () => {
    const shop = new Shop()
    await inContext(async () => {
      for (let i = 0; i <= MAX_REMEMBERED; i++) shop.loads.missed(shop.loads.begin(`key ${i}`, 0), at(i))
    })
    expect(await inContext(async () => shop.stampOf("key 0"))).toBe("unproven")
    expect(await inContext(async () => shop.stampOf("another"))).toBe("unproven")

    await shop.runtime.advance(REMEMBER_MS)
    expect(await inContext(async () => shop.stampOf("another"))).toBe("write-through 1000")
  })
})

describe("a context that lives long", () => {
  it("keeps a short chain of cells, however many lookups it makes", () =>
    inContext(async () => {
      const shop = new Shop()
      let last: LoadCell | undefined
      for (let i = 0; i < 1_000; i++) last = await shop.miss(`key ${i}`, at(i))
      let length = 0
      for (let cell = last; cell; cell = cell.previous) length += 1

      expect(length).toBeLessThanOrEqual(8)
    }))

  it("keeps no cell that is done when it makes the next lookup", () =>
    inContext(async () => {
      const shop = new Shop()
      for (let i = 0; i < 5; i++) await shop.hit(`key ${i}`)

      expect((await shop.miss("a", at(1))).previous).toBeUndefined()
    }))

  it("uses the remembered miss for a key whose cell has fallen off the chain", () =>
    inContext(async () => {
      const shop = new Shop()
      await shop.miss("first", at(5))
      for (let i = 0; i < 20; i++) await shop.miss(`key ${i}`, at(6))

      expect(shop.stampOf("first")).toBe(5)
    }))
})
