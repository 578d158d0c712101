import { beginRequest, WorkClock } from "../work-clock"
import { ManualRuntime } from "../../../../testing/manual-runtime"

function open() {
  const runtime = new ManualRuntime()
  return { runtime, clock: new WorkClock(runtime) }
}

describe("WorkClock", () => {
  it("takes a load that is alone for as long as it took, busy or waiting", async () => {
    const { runtime, clock } = open()
    const load = clock.begin()
    await runtime.advance(40)
    await runtime.work(60)
    expect(clock.end(load)).toEqual({ ms: 100, wasAlone: true })
  })

  it("divides the time in which the process is busy among the loads that share it", async () => {
    const { runtime, clock } = open()
    const loads = Array.from({ length: 20 }, () => clock.begin())
    await runtime.work(2_000)
    expect(loads.map((load) => Math.round(clock.end(load).ms))).toEqual(Array.from({ length: 20 }, () => 100))
  })

  it("does so when they end one after the other", async () => {
    const { runtime, clock } = open()
    const loads = Array.from({ length: 3 }, () => clock.begin())
    const took: number[] = []
    for (const load of loads) {
      await runtime.work(100)
      took.push(Math.round(clock.end(load).ms))
    }
    expect(took).toEqual([33, 83, 183])
    expect(Math.round((33 + 83 + 183) / 3)).toBe(100)
  })

  it("does not divide the time in which they wait: each has a query of its own", async () => {
    const { runtime, clock } = open()
    const loads = Array.from({ length: 20 }, () => clock.begin())
    await runtime.advance(300)
    expect(loads.map((load) => clock.end(load).ms)).toEqual(Array.from({ length: 20 }, () => 300))
  })

  it("divides it among all requests that are being answered, also those that load nothing at the moment", async () => {
    const { runtime, clock } = open()
    const others = [beginRequest(), beginRequest()]
    const shared = clock.begin()
    await runtime.work(100)
    expect(clock.end(shared)).toEqual({ ms: 50, wasAlone: false })
    for (const end of others) end()
  })

  it("counts for loads that share it only what a processor has worked, and for one that is alone all of the time", async () => {
    const { runtime, clock } = open()
    const loads = [clock.begin(), clock.begin()]
    await runtime.work(500, 200)
    expect(loads.map((load) => clock.end(load).ms)).toEqual([100, 100])
    const alone = clock.begin()
    await runtime.work(500, 200)
    expect(clock.end(alone)).toEqual({ ms: 500, wasAlone: true })
  })

  it("forgets loads that failed", async () => {
    const { runtime, clock } = open()
    for (let i = 0; i < 9; i++) clock.begin()
    await runtime.advance(31_000)
    const load = clock.begin()
    await runtime.work(100)
    expect(clock.end(load)).toEqual({ ms: 100, wasAlone: true })
  })

  it("remembers a thousand open loads at most", async () => {
    const { runtime, clock } = open()
    const loads = Array.from({ length: 5_000 }, () => clock.begin())
    const last = loads.at(-1)
    await runtime.work(100)
    expect(last && clock.end(last).ms).toBeCloseTo(0.1)
  })
})
