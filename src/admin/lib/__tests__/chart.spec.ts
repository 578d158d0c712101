import { areaPath, linearScale, linePath, roundedMaximum, runsOf, timeTicks } from "../chart-scale"

const HOUR_MS = 3_600_000

describe("linearScale", () => {
  it("maps the ends to the ends and the middle to the middle, upside down too", () => {
    const y = linearScale([0, 1], [100, 20])
    expect([y(0), y(0.5), y(1)]).toEqual([100, 60, 20])
  })

  it("has an answer when there is nothing to spread", () => {
    expect(linearScale([5, 5], [10, 90])(5)).toBe(10)
  })
})

describe("roundedMaximum", () => {
  it.each([
    [0, 2],
    [1, 2],
    [3, 5],
    [7, 10],
    [10, 10],
    [11, 20],
    [180, 200],
    [201, 500],
    [99_001, 100_000],
  ])("of %d is %d", (largest, expected) => expect(roundedMaximum(largest)).toBe(expected))
})

describe("timeTicks", () => {
  it("stand at round times, and are not more than asked for", () => {
    const from = Date.UTC(2026, 0, 1, 10, 7)
    const ticks = timeTicks(from, from + HOUR_MS, 6, () => 0)
    expect(ticks.map((tick) => new Date(tick).toISOString().slice(11, 16))).toEqual([
      "10:10",
      "10:20",
      "10:30",
      "10:40",
      "10:50",
      "11:00",
    ])
  })

  it("stand at midnight of the wall clock for a week", () => {
    const from = Date.UTC(2026, 0, 1, 10)
    const ticks = timeTicks(from, from + 7 * 24 * HOUR_MS, 8, () => 5.5 * HOUR_MS)
    expect(ticks).toHaveLength(7)
    expect(new Set(ticks.map((tick) => new Date(tick).toISOString().slice(11, 16)))).toEqual(new Set(["18:30"]))
  })

  it("stand at midnight on both sides of the night in which the clock is changed", () => {
    const from = Date.UTC(2026, 2, 26, 10)
    const changedAt = Date.UTC(2026, 2, 29, 1)
    const berlin = (timeMs: number) => (timeMs < changedAt ? 1 : 2) * HOUR_MS
    const ticks = timeTicks(from, from + 7 * 24 * HOUR_MS, 8, berlin)
    expect(ticks.map((tick) => new Date(tick + berlin(tick)).toISOString().slice(5, 16))).toEqual(
      ["27", "28", "29", "30", "31"].map((day) => `03-${day}T00:00`).concat(["04-01T00:00", "04-02T00:00"])
    )
  })
})

describe("times of the night in which an hour is left out", () => {
  it("stand there once", () => {
    const changedAt = Date.UTC(2026, 2, 29, 1)
    const berlin = (timeMs: number) => (timeMs < changedAt ? 1 : 2) * HOUR_MS
    const ticks = timeTicks(changedAt - 3 * HOUR_MS, changedAt + 3 * HOUR_MS, 9, berlin)
    expect(new Set(ticks).size).toBe(ticks.length)
  })
})

describe("a line with gaps", () => {
  const points = [{ x: 0, y: 1 }, { x: 1, y: 2 }, null, null, { x: 4, y: 5 }]

  it("is cut where nothing was measured, and keeps a single point", () => {
    expect(runsOf(points).map((run) => run.length)).toEqual([2, 1])
  })

  it("is written as a path, closed along the base for its area", () => {
    const [first] = runsOf(points)
    if (first === undefined) throw new Error("there is a run")
    expect(linePath(first)).toBe("M0,1L1,2")
    expect(areaPath(first, 10)).toBe("M0,1L1,2L1,10L0,10Z")
  })
})
