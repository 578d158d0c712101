import { PriceListClock } from "../price-list-clock"

const DAY_MS = 24 * 60 * 60_000
const NOW = Date.parse("2026-06-01T12:00:00Z")

/** A clock, with a database whose own clock is behind by `behindMs`. */
function open(moments: readonly { atMs: number; ids: string[] }[], behindMs = 0) {
  const cleared: { at: number; ids: readonly unknown[] }[] = []
  const asked: (number | undefined)[] = []
  const messages: string[] = []
  let all = [...moments]
  const clock = new PriceListClock(
    {
      clear: async (changes) => {
        for (const { type, ids } of changes) if (type === "PriceList") cleared.push({ at: Date.now() - NOW, ids })
      },
    },
    async (after) => {
      asked.push(after)
      if (all.length === 0 && moments.length > 0) throw new Error("no such table")
      const now = Date.now() - behindMs
      return all
        .filter(({ atMs }) => atMs > (after ?? now - DAY_MS) && atMs <= now + 30_000)
        .map((moment) => ({ ...moment, inMs: moment.atMs - now }))
    },
    { debug: (message) => messages.push(message) }
  )
  return {
    clock,
    cleared,
    asked,
    messages,
    add: (atMs: number) => all.push({ atMs, ids: ["new"] }),
    breakDown: () => (all = []),
  }
}

describe("PriceListClock", () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW }))
  afterEach(() => jest.useRealTimers())

  it("clears at the moment when a price list begins or ends, once", async () => {
    const { clock, cleared } = open([
      { atMs: NOW + 30_000, ids: ["a"] },
      { atMs: NOW + 200_500, ids: ["b", "c"] },
    ])
    await clock.start()
    await jest.advanceTimersByTimeAsync(10 * 60_000)
    clock.stop()
    expect(cleared).toEqual([
      { at: 30_002, ids: ["a"] },
      { at: 200_502, ids: ["b", "c"] },
    ])
  })

  it("clears at its start for moments of the last day, at which perhaps nobody was there", async () => {
    const { clock, cleared } = open([
      { atMs: NOW - DAY_MS - 1, ids: ["long ago"] },
      { atMs: NOW - DAY_MS + 60_000, ids: ["lately"] },
    ])
    await clock.start()
    await jest.advanceTimersByTimeAsync(5 * 60_000)
    clock.stop()
    expect(cleared.map(({ ids }) => ids)).toEqual([["lately"]])
  })

  it("clears when the moment has come in the database, whose clock may be another", async () => {
    const { clock, cleared } = open([{ atMs: NOW + 20_000, ids: ["a"] }], 1_500)
    await clock.start()
    await jest.advanceTimersByTimeAsync(5 * 60_000)
    clock.stop()
    expect(cleared).toEqual([{ at: 21_502, ids: ["a"] }])
  })

  it("clears once for all moments that have passed", async () => {
    const passed = Array.from({ length: 2_000 }, (_, i) => ({ atMs: NOW - (i + 1) * 1_000, ids: [String(i)] }))
    const { clock, cleared, asked } = open(passed)
    await clock.start()
    await jest.advanceTimersByTimeAsync(60_000)
    clock.stop()
    expect(cleared).toHaveLength(1)
    expect(cleared[0]?.ids).toHaveLength(2_000)
    expect(asked.slice(1)).toEqual(Array.from({ length: 6 }, () => NOW - 1_000))
  })

  it("looks once at a time, and once more when it is asked meanwhile", async () => {
    const { clock, asked } = open([])
    await Promise.all(Array.from({ length: 100 }, () => clock.look()))
    expect(asked).toHaveLength(1)
    const first = clock.look()
    await Promise.resolve()
    await Promise.all([first, ...Array.from({ length: 100 }, () => clock.look())])
    expect(asked).toHaveLength(3)
  })

  it("hears of a price list that begins before the next look", async () => {
    const { clock, cleared, add } = open([])
    await clock.start()
    await jest.advanceTimersByTimeAsync(1_000)
    add(NOW + 5_000)
    await clock.look()
    await jest.advanceTimersByTimeAsync(10_000)
    clock.stop()
    expect(cleared).toEqual([{ at: 5_002, ids: ["new"] }])
  })

  it("goes on when the database cannot be asked, and does nothing after its stop", async () => {
    const { clock, cleared, asked, messages, breakDown } = open([{ atMs: NOW + 30_000, ids: ["a"] }])
    breakDown()
    await clock.start()
    await jest.advanceTimersByTimeAsync(10_000)
    expect(messages).toHaveLength(2)
    expect(messages[0]).toContain("no such table")
    clock.stop()
    await jest.advanceTimersByTimeAsync(10 * 60_000)
    expect(asked).toHaveLength(2)
    expect(cleared).toEqual([])
  })
})
