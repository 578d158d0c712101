import { Maintenance } from "../maintenance"
import { ManualRuntime, settle } from "../../../../testing/manual-runtime"

const INTERVAL_MS = 5_000

function start(intervalMs = INTERVAL_MS) {
  const runtime = new ManualRuntime()
  const maintenance = new Maintenance(runtime, intervalMs)
  const runs: boolean[] = []
  maintenance.add(async (closing) => runs.push(closing))
  return { runtime, maintenance, runs }
}

describe("Maintenance", () => {
  it("does nothing as long as there is nothing to do", async () => {
    const { runtime, runs } = start()
    await runtime.advance(60_000)
    expect(runs).toEqual([])
    expect(runtime.timers).toBe(0)
  })

  it("runs once for all that was asked for in an interval", async () => {
    const { runtime, maintenance, runs } = start()
    for (let i = 0; i < 100; i++) maintenance.request()
    await runtime.advance(INTERVAL_MS)
    expect(runs).toEqual([false])
    expect(runtime.timers).toBe(0)
  })

  it("does not run in step with other processes", async () => {
    const { runtime, maintenance, runs } = start()
    runtime.draws.push(0)
    maintenance.request()
    await runtime.advance(INTERVAL_MS * 0.75)
    expect(runs).toHaveLength(1)
  })

  it("never runs twice at a time", async () => {
    const { maintenance } = start()
    let running = 0
    let most = 0
    maintenance.add(async () => {
      most = Math.max(most, ++running)
      await settle()
      running -= 1
    })
    await Promise.all([maintenance.run(), maintenance.run(), maintenance.run()])
    expect(most).toBe(1)
  })

  it("runs a last time when it is closed, and not afterwards", async () => {
    const { runtime, maintenance, runs } = start()
    maintenance.request()
    await maintenance.close()
    maintenance.request()
    await runtime.advance(60_000)
    expect(runs).toEqual([true])
    expect(runtime.timers).toBe(0)
  })

  it("is off with an interval of 0", async () => {
    const { runtime, maintenance, runs } = start(0)
    maintenance.request()
    await runtime.advance(60_000)
    await maintenance.close()
    expect(runs).toEqual([])
  })
})
