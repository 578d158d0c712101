import type { Cache } from "../../../cache"
import { SharedMemory } from "../../../modules/cache-monitor/__tests__/shared-memory"
import { Invalidations } from "../../../modules/cache-monitor/invalidations"
import { RunQueue } from "../../../modules/cache-monitor/run-queue"
import { carryOut, newInvalidation } from "../carry-out"

const input = { tags: ["a", "b"], createdBy: { origin: "admin", actorId: "user_1" } } as const

function open() {
  const memory = new SharedMemory()
  const parts = {
    clear: () => Promise.resolve({ status: "applied" }),
    options: { ttlCapSeconds: 0 },
    servers: [{ id: "cache-1:11211" }],
  }
  const cache: Cache = Object.assign(memory.asCache(), parts)
  const seenBy = () => new Invalidations(() => new Map([["p", cache]]))
  const chosen = { providerId: "p", cache, invalidations: seenBy(), queue: new RunQueue() }
  return { chosen, other: seenBy() }
}

describe("a run", () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick"] }))
  afterEach(() => jest.useRealTimers())

  it("goes on for others while it waits for its turn, and reads its targets when that has come", async () => {
    const { chosen, other } = open()
    await Promise.all([chosen.queue.turn("first"), chosen.queue.turn("second")])
    const read = jest.fn(() => Promise.resolve(input))
    const ended = carryOut(chosen, newInvalidation("third", "p", { packed: "" }), read)
    await jest.advanceTimersByTimeAsync(120_000)
    expect(await other.find("third")).toMatchObject({ state: "running", total: 0, done: 0 })
    expect(read).not.toHaveBeenCalled()

    chosen.queue.leave("first")
    expect(await ended).toMatchObject({ id: "third", state: "done", total: 2, done: 2 })
    expect(read).toHaveBeenCalledTimes(1)
    expect(await other.find("third")).toMatchObject({ state: "done", total: 2 })
  })

  it("has failed, and makes room for another, when its targets are gone", async () => {
    const { chosen, other } = open()
    await chosen.queue.turn("first")
    const gone = carryOut(chosen, newInvalidation("second", "p", input), () =>
      Promise.reject(new Error("Part 1 is gone"))
    )
    await expect(gone).rejects.toThrow("Part 1 is gone")
    expect(await other.find("second")).toMatchObject({
      state: "failed",
      message: "Failed: Part 1 is gone",
      createdBy: { type: "admin", id: "user_1" },
    })
    const third = carryOut(chosen, newInvalidation("third", "p", input), () => Promise.resolve(input))
    expect(await third).toMatchObject({ state: "done" })
  })
})
