import { setTimeout as delay } from "node:timers/promises"
import { RunningClock } from "../../../../testing/running-time"
import { systemRuntime } from "../../support/runtime"
import { DeadlineWatch } from "../deadline-watch"
import { blockEventLoop, closeAll, get, openClient } from "../../../../testing/clients"
import { until } from "../../../../testing/eventually"
import { FakeTextServer, opaqueOf } from "../../../../testing/fake-text-server"

interface Lateness {
  readonly lateMs: number
  /** Of the time since the start, that in which this process could run. */
  readonly runningMs: number
}

/** Watches one deadline, and resolves with how late it was found to be missed. */
function lateness(deadlineMs: number, progress = (): number => 0): Promise<Lateness> {
  const clock = new RunningClock()
  const dueAt = performance.now() + deadlineMs
  return new Promise((resolve) => {
    const watch = new DeadlineWatch(systemRuntime, {
      keepsProcessAlive: true,
      graceMaxMs: deadlineMs,
      dueAt: () => dueAt,
      progress,
      expired: () => {
        resolve({ lateMs: performance.now() - dueAt, runningMs: clock.now() })
        clock.stop()
      },
    })
    watch.start()
  })
}

describe("DeadlineWatch", () => {
  it("finds a missed deadline when it is missed", async () => {
    const { lateMs, runningMs } = await lateness(100)
    expect(lateMs).toBeGreaterThanOrEqual(0)
    expect(runningMs).toBeLessThan(1_000)
  })

  it("gives the time back for which the event loop was blocked, once", async () => {
    const late = lateness(100)
    blockEventLoop(180)
    const { lateMs, runningMs } = await late
    expect(lateMs).toBeGreaterThan(150)
    expect(runningMs).toBeLessThan(1_000)
  })

  it("finds it also in a process that is always busy", async () => {
    let turns = 0
    const busy = setInterval(() => {
      turns++
      blockEventLoop(40)
    }, 1)
    await lateness(100)
    clearInterval(busy)
    expect(turns).toBeLessThan(25)
  })

  it("does not wait for ever while bytes trickle in", async () => {
    let progress = 0
    expect((await lateness(50, () => progress++)).runningMs).toBeLessThan(1_000)
  })

  it("looks at what is the oldest by then, with one timer for all", async () => {
    const timers = jest.spyOn(global, "setTimeout")
    let dueAt = performance.now() + 2_000
    let expired = false
    const watch = new DeadlineWatch(systemRuntime, {
      keepsProcessAlive: true,
      graceMaxMs: 2_000,
      dueAt: () => dueAt,
      progress: () => 0,
      expired: () => (expired = true),
    })
    for (let command = 0; command < 100; command++) {
      watch.start()
      watch.rest()
      dueAt = performance.now() + 2_000
    }
    watch.start()
    expect(timers).toHaveBeenCalledTimes(1)
    timers.mockRestore()
    await delay(100)
    expect(expired).toBe(false)
    await until(() => expired, "the end of the deadline")
  })
})

describe("the deadline of a command that leaves late, after synchronous work of the same tick", () => {
  const TIMEOUT_MS = 100
  let isFrozen = false
  let memcached: FakeTextServer

  beforeAll(async () => {
    memcached = await FakeTextServer.start((line) =>
      line.startsWith("mg") && !isFrozen ? `EN ${opaqueOf(line)}\r\n` : undefined
    )
  })
  afterEach(closeAll)
  afterAll(() => memcached.stop())

  it.each([-15, -1, 0, 1, 5, 15, 25, 90])(
    "leaves the server time for an answer: %d ms after the time-out",
    async (ms) => {
      const client = openClient(memcached.port, { timeoutMs: TIMEOUT_MS })
      await get(client, "key")
      const reply = get(client, "key")
      blockEventLoop(TIMEOUT_MS + ms)
      expect((await reply).status).toBe("missing")
      expect(client.state).toBe("ready")
    }
  )

  it("passes nevertheless when no answer comes, also while every tick has such commands", async () => {
    const client = openClient(memcached.port, { timeoutMs: TIMEOUT_MS })
    await get(client, "key")
    isFrozen = true
    for (let turns = 0; client.state === "ready"; turns++) {
      expect(turns).toBeLessThan(10)
      void get(client, "key")
      blockEventLoop(TIMEOUT_MS + 10)
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
})
