import fc from "fast-check"
import { ClearBatch, combined, splitTargets } from "../clear-batch"
import { FlowClear } from "../flow-clear"
import type { ClearTargets } from "../record"
import { TagVersions } from "../tag-versions"

const MAX_RECORD_HASHES = 100

const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i)
const targets = (explicit: readonly number[], automatic: readonly number[] = [], everything = false): ClearTargets => ({
  everything,
  explicit,
  automatic,
})

describe("a batch of clears", () => {
  it("becomes one record with each hash once, explicit before automatic", () => {
    const batch = new ClearBatch(7)
    void batch.add(targets([1, 2], [3, 4]), 0)
    void batch.add(targets([2, 3], [4, 5]), 0)

    expect(batch.close()).toEqual({ id: 7, everything: false, explicit: [1, 2, 3], automatic: [4, 5] })
    expect(batch.calls).toBe(2)
  })

  it("that clears everything names nothing", () => {
    const batch = new ClearBatch(7)
    void batch.add(targets([1], [2]), 0)
    void batch.add(targets([], [], true), 0)
    void batch.add(targets([3]), 0)

    expect(batch.close()).toEqual({ id: 7, everything: true, explicit: [], automatic: [] })
  })

  it("tells all who wait, once", async () => {
    const batch = new ClearBatch(7)
    const [a, b] = [batch.add(targets([1]), 0), batch.add(targets([2]), 0)]

    expect(batch.settle({ status: "pending" })).toBe(2)
    expect(batch.settle({ status: "applied" })).toBe(0)
    expect(await Promise.all([a, b])).toEqual([{ status: "pending" }, { status: "pending" }])
  })

  it("has one answer for those who wait together, and another for who comes later", async () => {
    const batch = new ClearBatch(7)
    const [a, b] = [batch.add(targets([1]), 0), batch.add(targets([2]), 0)]
    batch.settle({ status: "pending" })
    const c = batch.add(targets([3]), 0)
    batch.settle({ status: "applied" })

    expect(a).toBe(b)
    expect(await c).toEqual({ status: "applied" })
  })

  it("knows since when the first of those without an answer waits", () => {
    const batch = new ClearBatch(7)
    expect(batch.waitingSince).toBeUndefined()
    void batch.add(targets([1]), 5)
    void batch.add(targets([2]), 9)
    expect(batch.waitingSince).toBe(5)

    batch.settle({ status: "pending" })
    expect(batch.waitingSince).toBeUndefined()
  })

  it("keeps little of those whose flow may store something afterwards, and nothing once they are pending", () => {
    const [tagVersions, batch] = [new TagVersions(10), new ClearBatch(7)]
    tagVersions.adopt(1, 0)
    const add = (count: number): FlowClear[] =>
      range(count).map((hash) => {
        const clear = new FlowClear(targets([hash]))
        void batch.add(targets([hash]), 0, clear)
        return clear
      })
    const answered = add(1)
    batch.settle({ status: "pending" })
    const waiting = add(100_000)
    batch.committed(1, tagVersions)
    const known = (clears: readonly FlowClear[]): number => clears.filter((each) => each.effectIn(1)).length

    expect(known(answered)).toBe(0)
    expect(known(waiting)).toBeGreaterThan(100)
    expect(known(waiting)).toBeLessThan(10_000)
  })

  it("takes no more once it is closed, and its record stays the same", () => {
    const batch = new ClearBatch(7)
    void batch.add(targets([1]), 0)
    expect(batch.isOpen).toBe(true)

    expect(batch.close()).toBe(batch.close())
    expect(batch.isOpen).toBe(false)
  })

  it("may become one of everything, which keeps no hash", () => {
    const batch = new ClearBatch(7)
    void batch.add(targets([1, 2], [3]), 0)
    batch.close()
    batch.becomeEverything()

    expect(batch.close()).toEqual({ id: 7, everything: true, explicit: [], automatic: [] })
    expect([batch.size, batch.calls, batch.isOpen]).toEqual([0, 1, false])
  })

  it("that begins anew has the same clears under another id", () => {
    const batch = new ClearBatch(7)
    void batch.add(targets([1], [2]), 0)
    const before = batch.close()
    batch.renew(8)

    expect(batch.close()).toEqual({ ...before, id: 8 })
    expect(batch.isOpen).toBe(false)
  })
})

describe("clears that are too large for one record", () => {
  it("are applied when all parts are, and otherwise pending for all servers that a part has not reached", () => {
    const applied = { status: "applied" } as const
    expect(combined([applied, applied])).toEqual(applied)
    expect(
      combined([{ status: "pending", servers: ["a", "b"] }, applied, { status: "pending", servers: ["b", "c"] }])
    ).toEqual({ status: "pending", servers: ["a", "b", "c"] })
  })

  it("are not split up to the limit", () => {
    const whole = targets(range(MAX_RECORD_HASHES - 1), [7])

    expect(splitTargets(whole, MAX_RECORD_HASHES)).toEqual([whole])
  })

  it("are split beyond it into parts that fit, and lose or mix up nothing", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 3 * MAX_RECORD_HASHES }),
        fc.nat({ max: 3 * MAX_RECORD_HASHES }),
        fc.boolean(),
        (explicit, automatic, everything) => {
          const parts = splitTargets(targets(range(explicit), range(automatic, 1e6), everything), MAX_RECORD_HASHES)

          for (const part of parts) {
            expect(part.explicit.length + part.automatic.length).toBeLessThanOrEqual(MAX_RECORD_HASHES)
            expect(part.everything).toBe(everything)
          }
          expect(parts.flatMap((part) => part.explicit)).toEqual(range(explicit))
          expect(parts.flatMap((part) => part.automatic)).toEqual(range(automatic, 1e6))
        }
      )
    )
  })
})
