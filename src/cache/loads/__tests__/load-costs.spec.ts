import { type LoadKind, LoadCosts } from "../load-costs"
import { ManualRuntime } from "../../../../testing/manual-runtime"

const MINUTE_MS = 60_000

function open() {
  const runtime = new ManualRuntime()
  const costs = new LoadCosts(runtime)
  const kind = costs.kindOf(["Price", "Product"], 600_000, "k")
  const note = (wasAlone: boolean, micros: readonly number[], of: LoadKind): void => {
    for (const each of micros) costs.note(of, { micros: each, wasAlone }, runtime.elapsed())
  }
  return {
    ...{ runtime, costs, kind },
    usual: (): number => kind.usualMicros,
    alone: (...micros: number[]): void => note(true, micros, kind),
    atOnce: (...micros: number[]): void => note(false, micros, kind),
    /** The process has loaded other things for a while. */
    warm: async (): Promise<void> => {
      note(true, [2_000_000], costs.kindOf(["Region"], 80, "k"))
      await runtime.advance(1)
    },
  }
}

describe("LoadCosts", () => {
  it("tells kinds apart by types and by size, and what has no tags by its key", () => {
    const { costs, kind } = open()
    expect(costs.kindOf(["Price", "Product"], 610_000, "other")).toBe(kind)
    expect(costs.kindOf(["Product"], 600_000, "k")).not.toBe(kind)
    expect(costs.kindOf(["Price", "Product"], 60_000, "k")).not.toBe(kind)
    expect(costs.kindOf([], 9, "a")).toBe(costs.kindOf([], 9, "a"))
    expect(costs.kindOf([], 9, "a")).not.toBe(costs.kindOf([], 9, "b"))
  })

  it("knows nothing of a new kind, and then the first load", async () => {
    const { usual, alone, warm } = open()
    expect(usual()).toBe(0)
    await warm()
    alone(90)
    expect(usual()).toBe(90)
  })

  it("takes the lower quartile of the loads of a cold process, until a warm one has loaded the same", async () => {
    const { usual, alone, atOnce, warm } = open()
    atOnce(280, 160, 200, 240, 320)
    expect(usual()).toBe(200)
    await warm()
    alone(110)
    expect(usual()).toBe(110)
  })

  it("takes all loads that began while a process was cold for cold, whenever they end", async () => {
    const { runtime, costs, kind, usual, alone } = open()
    await runtime.advance(10_000)
    for (let i = 0; i < 20; i++) costs.note(kind, { micros: 400_000, wasAlone: false }, 5_000)
    expect(usual()).toBe(400_000)
    await runtime.advance(1)
    alone(250_000)
    expect(usual()).toBe(250_000)
  })

  it("does not take one slow load for what is usual", async () => {
    const { usual, alone, warm } = open()
    await warm()
    alone(110, 9_000)
    expect(usual()).toBe(110)
    alone(100)
    expect(usual()).toBe(110)
  })

  it("believes what the clock has measured before what was computed for loads at once", async () => {
    const { runtime, usual, alone, atOnce, warm } = open()
    await warm()
    alone(115, 116, 114)
    await runtime.advance(MINUTE_MS)
    atOnce(...Array.from({ length: 20 }, () => 88))
    expect(usual()).toBe(115)
  })

  it("is not moved by a slow minute among others", async () => {
    const { runtime, usual, alone, warm } = open()
    await warm()
    alone(100, 110)
    await runtime.advance(MINUTE_MS)
    alone(2_000, 2_100, 2_200)
    expect(usual()).toBe(100)
    await runtime.advance(MINUTE_MS)
    alone(105)
    expect(usual()).toBe(105)
  })

  it("forgets a slow minute at the first load after it, also when nothing was known before", async () => {
    const { runtime, usual, alone, warm } = open()
    await warm()
    alone(2_000, 2_100, 2_200)
    expect(usual()).toBe(2_100)
    await runtime.advance(MINUTE_MS)
    alone(105)
    expect(usual()).toBe(105)
  })

  it("follows what stays slow", async () => {
    const { runtime, usual, alone, warm } = open()
    await warm()
    alone(100, 100, 100)
    for (let minute = 0; minute < 3; minute++) {
      await runtime.advance(MINUTE_MS)
      alone(400)
    }
    expect(usual()).toBe(400)
  })

  it("believes other processes before its own first loads, and then its own", async () => {
    const { kind, usual, alone, warm } = open()
    kind.heard(100)
    expect(usual()).toBe(100)
    alone(300, 300)
    expect(usual()).toBe(100)
    await warm()
    alone(130, 130, 130)
    expect(usual()).toBe(130)
  })

  it("is bounded", () => {
    const { costs } = open()
    const first = costs.kindOf(["T0"], 100, "k")
    const last = Array.from({ length: 5_000 }, (_, i) => costs.kindOf([`T${i}`], 100, "k")).at(-1)
    expect(costs.kindOf(["T0"], 100, "k")).not.toBe(first)
    expect(costs.kindOf(["T4999"], 100, "k")).toBe(last)
  })
})
