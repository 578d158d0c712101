import { PriceListClock } from "../price-list-clock"

const DAY_MS = 24 * 60 * 60_000
const NOW = Date.parse("2026-06-01T12:00:00Z")

function open(moments: readonly { atMs: number; ids: string[] }[]) {
  const cleared: { at: number; ids: readonly unknown[] }[] = []
  const asked: (readonly [number, number])[] = []
  const messages: string[] = []
  let all = [...moments]
  const clock = new PriceListClock(
    {
      clear: async (changes) => {
        for (const { type, ids } of changes) if (type === "PriceList") cleared.push({ at: Date.now() - NOW, ids })
      },
    },
    async (from, until) => {
      asked.push([from - NOW, until - NOW])
      if (all.length === 0 && moments.length > 0) throw new Error("no such table")
      return all.filter(({ atMs }) => atMs >= from && atMs <= until)
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
