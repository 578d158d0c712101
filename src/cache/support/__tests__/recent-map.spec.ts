import fc from "fast-check"
import { RecentMap } from "../recent-map"

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

describe("a map of what was used of late", () => {
  it("has at least the half that was used last, and never more than its size", () => {
    const map = new RecentMap<number, string>(100)
    for (const n of numbers(0, 1_000)) {
      map.set(n, `${n}`)
      expect(map.size).toBeLessThanOrEqual(100)
    }
    expect(numbers(951, 1_000).map((n) => map.get(n))).toEqual(numbers(951, 1_000).map(String))
    expect(map.get(800)).toBeUndefined()
  })

  it("never takes more than its size, whatever the sizes of its values", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 50 }))), (sets) => {
        const map = new RecentMap<number, number>(100, (size) => size)
        for (const [key, size] of sets) {
          map.set(key, size)
          map.get((key * 7) % 20)
          expect([...map.values()].reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(100)
          expect(map.get(key)).toBe(size)
        }
      })
    )
  })

  it("keeps what is read again and again", () => {
    const map = new RecentMap<number, string>(100)
    map.set(-1, "kept")
    for (const n of numbers(0, 1_000)) {
      map.set(n, "")
      expect(map.get(-1)).toBe("kept")
    }
  })

  it("has one value of a key, the newest, until it is taken out", () => {
    const map = new RecentMap<number, string>(10)
    map.set(1, "old")
    for (const n of numbers(10, 15)) map.set(n, "")
    map.set(1, "new")
    expect(map.get(1)).toBe("new")
    expect(map.size).toBeLessThanOrEqual(10)
    map.delete(1)
    expect(map.get(1)).toBeUndefined()
    map.clear()
    expect(map.size).toBe(0)
  })
})
