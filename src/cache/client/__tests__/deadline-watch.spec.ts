import { systemRuntime } from "../../runtime"
import { DeadlineWatch } from "../deadline-watch"
import { blockEventLoop, pause } from "./clients"

/** Watches one deadline, and resolves with how late it was found to be missed, in milliseconds. */
function lateness(deadlineMs: number, progress = (): number => 0): Promise<number> {
  const dueAt = performance.now() + deadlineMs
  return new Promise((resolve) => {
    const watch = new DeadlineWatch(systemRuntime, {
      keepsProcessAlive: true,
      graceMaxMs: deadlineMs,
      dueAt: () => dueAt,
      progress,
      expired: () => resolve(performance.now() - dueAt),
    })
    watch.start()
  })
}

describe("DeadlineWatch", () => {
  it("finds a missed deadline when it is missed", async () => {
    const late = await lateness(100)
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThan(1_000)
  })

  it("gives the time back for which the event loop was blocked, once", async () => {
    const late = lateness(100)
    blockEventLoop(180)
    expect(await late).toBeGreaterThan(150)
    expect(await late).toBeLessThan(1_000)
  })

  it("finds it also in a process that is always busy", async () => {
    const busy = setInterval(() => blockEventLoop(40), 1)
    const late = await lateness(100)
    clearInterval(busy)
    expect(late).toBeLessThan(1_000)
  })

  it("does not wait for ever while bytes trickle in", async () => {
    let progress = 0
    expect(await lateness(50, () => progress++)).toBeLessThan(1_000)
  })

  it("looks at what is the oldest by then, with one timer for all", async () => {
    const timers = jest.spyOn(global, "setTimeout")
    let dueAt = performance.now() + 500
    let expired = false
    const watch = new DeadlineWatch(systemRuntime, {
      keepsProcessAlive: true,
      graceMaxMs: 500,
      dueAt: () => dueAt,
      progress: () => 0,
      expired: () => (expired = true),
    })
    for (let command = 0; command < 100; command++) {
      watch.start()
      watch.rest()
      dueAt = performance.now() + 500
    }
    watch.start()
    expect(timers).toHaveBeenCalledTimes(1)
    timers.mockRestore()
    await pause(100)
    expect(expired).toBe(false)
    await pause(1_500)
    expect(expired).toBe(true)
  })
})
