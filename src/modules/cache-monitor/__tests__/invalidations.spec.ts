import { INTERRUPTED_AFTER_MS } from "../invalidation"
import { Invalidations } from "../invalidations"
import { SharedMemory } from "./shared-memory"

const START = new Date("2026-01-01T00:00:00Z").getTime()

const wanted = (id: string) => ({
  id,
  providerId: "p",
  dryRun: false,
  createdBy: { origin: "admin", actorId: "user_1" } as const,
  total: 2_000,
})

const batch = (targets: number, status: "applied" | "pending" = "applied") => ({
  targets,
  status,
  attempts: 1,
  durationMs: 1,
})

describe("Invalidations", () => {
  let memory: SharedMemory
  const opened: Invalidations[] = []

  /** What one process sees of it. */
  const open = (): Invalidations => {
    const invalidations = new Invalidations(() => new Map([["p", memory.asCache()]]))
    opened.push(invalidations)
    return invalidations
  }

  beforeEach(() => {
    jest.useFakeTimers({ now: START })
    memory = new SharedMemory()
  })
  afterEach(() => {
    for (const invalidations of opened.splice(0)) invalidations.close()
    jest.useRealTimers()
  })

  it("is seen by other processes from the moment that it is accepted", async () => {
    const [server, other] = [open(), open()]
    await server.accept(memory.asCache(), wanted("a"))
    const accepted = { id: "a", state: "running", total: 2_000, done: 0, createdBy: { type: "admin", id: "user_1" } }
    expect(await other.find("a")).toMatchObject(accepted)
    expect(await other.list()).toMatchObject([accepted])
    expect(await other.find("b")).toBeUndefined()
  })

  it("shows the progress of another process, and its end, also after that is gone", async () => {
    const [server, worker] = [open(), open()]
    await server.accept(memory.asCache(), wanted("a"))
    jest.setSystemTime(START + 100)
    const running = await worker.takeUp(memory.asCache(), wanted("a"))
    running.answered(batch(1_000))
    await jest.advanceTimersByTimeAsync(600)
    expect(await server.find("a")).toMatchObject({ state: "running", done: 1_000, durationMs: 700 })
    running.answered(batch(1_000))
    await running.end({ state: "done", message: "Cleared." })
    worker.close()
    for (const invalidations of [server, open()]) {
      expect(await invalidations.find("a")).toMatchObject({
        state: "done",
        done: 2_000,
        startedAtMs: START,
        endedAtMs: START + 700,
        durationMs: 700,
        message: "Cleared.",
        batches: [
          { index: 0, targets: 1_000 },
          { index: 1, targets: 1_000 },
        ],
      })
    }
  })

  it("writes progress twice a second at most, and the last state at once", async () => {
    const worker = open()
    const running = await worker.takeUp(memory.asCache(), wanted("a"))
    for (let i = 0; i < 200; i++) {
      running.answered(batch(10))
      await jest.advanceTimersByTimeAsync(10)
    }
    expect(memory.writes).toBeGreaterThanOrEqual(3)
    expect(memory.writes).toBeLessThanOrEqual(5)
    await running.end({ state: "done", message: "" })
    expect(await open().find("a")).toMatchObject({ state: "done", done: 2_000 })
  })

  it("keeps the last hundred batches, with their numbers, in less than Memcached is given for it", async () => {
    const running = await open().takeUp(memory.asCache(), wanted("a"))
    for (let i = 0; i < 1_000; i++) running.answered(batch(1_000))
    await running.end({ state: "done", message: "x".repeat(500) })
    const found = await open().find("a")
    expect(found?.batches).toHaveLength(100)
    expect(found?.batches.at(-1)?.index).toBe(999)
    expect(memory.items.get("invalidation:a")?.length).toBeLessThan(16 * 1024)
  })

  it("is interrupted when its process is not heard of any more, and runs again when it is taken up", async () => {
    const worker = open()
    const running = await worker.takeUp(memory.asCache(), wanted("a"))
    running.answered(batch(1_000))
    await jest.advanceTimersByTimeAsync(60_000)
    expect(await open().find("a")).toMatchObject({ state: "running", done: 1_000 })

    worker.close()
    await jest.advanceTimersByTimeAsync(INTERRUPTED_AFTER_MS + 5_001)
    const interrupted = await open().find("a")
    expect(interrupted).toMatchObject({ state: "failed", done: 1_000, endedAtMs: START + 60_000 })
    expect(interrupted?.message).toMatch(/^Interrupted.*1000 of 2000 targets/)

    const again = await open().takeUp(memory.asCache(), wanted("a"))
    expect(again.state).toMatchObject({ state: "running", done: 0, batches: [], startedAtMs: START })
    expect(await open().find("a")).toMatchObject({ state: "failed" })
    await again.end({ state: "done", message: "" })
    expect(await open().find("a")).toMatchObject({ state: "done" })
  })

  it("is delivered when the engine has nothing pending any more", async () => {
    const running = await open().takeUp(memory.asCache(), wanted("a"))
    memory.hasPending = true
    running.answered(batch(1_000))
    running.answered(batch(1_000, "pending"))
    await running.end({ state: "partly_done", message: "Pending." }, { state: "done", message: "Cleared." })
    await jest.advanceTimersByTimeAsync(10_000)
    expect(await open().find("a")).toMatchObject({ state: "partly_done", pending: 1_000, message: "Pending." })
    memory.hasPending = false
    await jest.advanceTimersByTimeAsync(1_000)
    const delivered = await open().find("a")
    expect(delivered).toMatchObject({ state: "done", pending: 0, endedAtMs: START })
    expect(delivered?.message).toMatch(/^Cleared\. 1000 targets were delivered/)
    expect(jest.getTimerCount()).toBe(0)
  })

  it.each(["partly_done", "failed"] as const)(
    "stays %s for another reason when what was pending is delivered",
    async (state) => {
      const running = await open().takeUp(memory.asCache(), wanted("a"))
      memory.hasPending = true
      running.answered(batch(1_000, "pending"))
      await running.end({ state, message: "Not all known tags could be read." })
      memory.hasPending = false
      await jest.advanceTimersByTimeAsync(1_000)
      const delivered = await open().find("a")
      expect(delivered).toMatchObject({ state, pending: 0 })
      expect(delivered?.message).toMatch(/^Not all known tags could be read\. 1000 targets were delivered/)
    }
  )

  it("is running when it is run again, whatever is delivered meanwhile", async () => {
    const process = open()
    const running = await process.takeUp(memory.asCache(), wanted("a"))
    memory.hasPending = true
    running.answered(batch(1_000, "pending"))
    await running.end({ state: "partly_done", message: "Pending." }, { state: "done", message: "Cleared." })
    await process.takeUp(memory.asCache(), wanted("a"))
    running.answered(batch(1_000, "pending"))
    memory.hasPending = false
    await jest.advanceTimersByTimeAsync(2_000)
    expect(await process.find("a")).toMatchObject({ state: "running", done: 1_000 })
  })

  it("is known to its own process without Memcached, and to all when that is back", async () => {
    const worker = open()
    memory.reachable = false
    const running = await worker.takeUp(memory.asCache(), wanted("a"))
    running.answered(batch(2_000))
    await running.end({ state: "done", message: "" })
    expect(await worker.list()).toMatchObject([{ id: "a", state: "done" }])
    expect(await open().list()).toEqual([])
    memory.reachable = true
    await jest.advanceTimersByTimeAsync(1_000)
    expect(await open().list()).toMatchObject([{ id: "a", state: "done" }])
    expect(jest.getTimerCount()).toBe(0)
  })

  it("keeps the newest hundred, newest first", async () => {
    const server = open()
    for (let i = 0; i < 105; i++) {
      jest.setSystemTime(START + i)
      await server.accept(memory.asCache(), wanted(`run-${i}`))
    }
    for (const invalidations of [server, open()]) {
      const ids = (await invalidations.list()).map(({ id }) => id)
      expect(ids).toHaveLength(100)
      expect([ids[0], ids.at(-1)]).toEqual(["run-104", "run-5"])
    }
  })

  it("leaves no more than those in Memcached", async () => {
    for (let i = 0; i < 250; i++) {
      jest.setSystemTime(START + i)
      const running = await open().takeUp(memory.asCache(), wanted(`run-${i}`))
      await running.end({ state: "done", message: "" })
    }
    expect(memory.items.size).toBe(101)
    expect(await open().find("run-149")).toBeUndefined()
    expect(await open().find("run-150")).toMatchObject({ state: "done" })
  })

  it("goes on saying that it works on one while a hundred others are accepted", async () => {
    const worker = open()
    await worker.takeUp(memory.asCache(), wanted("long"))
    for (let i = 0; i < 120; i++) await worker.accept(memory.asCache(), wanted(`short-${i}`))
    await jest.advanceTimersByTimeAsync(INTERRUPTED_AFTER_MS + 10_000)
    expect(await open().find("long")).toMatchObject({ state: "running" })
  })

  it("believes who works on it, also when its own clock is ahead", async () => {
    const [server, worker] = [open(), open()]
    jest.setSystemTime(START + 20_000)
    await server.accept(memory.asCache(), wanted("a"))
    jest.setSystemTime(START)
    const running = await worker.takeUp(memory.asCache(), wanted("a"))
    running.answered(batch(2_000))
    await running.end({ state: "done", message: "Cleared." })
    jest.setSystemTime(START + 60_000)
    expect(await server.find("a")).toMatchObject({ state: "done", done: 2_000 })
    expect(await server.list()).toMatchObject([{ id: "a", state: "done" }])
  })

  it("does not trust what is found in Memcached", async () => {
    memory.items.set("invalidations", JSON.stringify({ version: 1, ids: [1, "a", "b", null] }))
    memory.items.set("invalidation:a", JSON.stringify({ id: "a", state: "odd" }))
    memory.items.set("invalidation:b", "7")
    expect(await open().list()).toEqual([])
    memory.items.set("invalidations", JSON.stringify("odd"))
    expect(await open().list()).toEqual([])
  })

  it("takes no run whose times are none", async () => {
    await open().accept(memory.asCache(), wanted("a"))
    const json = memory.items.get("invalidation:a") ?? ""
    for (const name of ["heartbeatAtMs", "startedAtMs"]) {
      memory.items.set("invalidation:a", json.replace(`"${name}":${START}`, `"${name}":-1e300`))
      expect(memory.items.get("invalidation:a")).toContain("-1e300")
      expect(await open().find("a")).toBeUndefined()
      expect(await open().list()).toEqual([])
    }
  })

  it.each<[string, object]>([
    ["a million batches", { batches: Array(1_000_000).fill({}) }],
    ["a hundred and one", { batches: Array(101).fill({ index: 1, ...batch(1) }) }],
    ["a batch without end", { batches: [{ index: 0, ...batch(1), durationMs: 1e308 }] }],
    ["a long message", { message: "m".repeat(60_000) }],
    ["a long author", { createdBy: { type: "admin", id: "u".repeat(60_000) } }],
    ["a long provider", { providerId: "p".repeat(60_000) }],
    ["a duration without end", { durationMs: 1e308 }],
    ["a negative one", { durationMs: -1 }],
    ["a negative count", { done: -1 }],
    ["a part of a target", { pending: 0.5 }],
    ["no count", { total: null }],
    ["too many to count", { total: Number.MAX_SAFE_INTEGER + 1 }],
    ["a part of a millisecond", { startedAtMs: START + 0.5 }],
  ])("shows the others when one has %s", async (_case, wrong) => {
    const server = open()
    for (const id of ["a", "b"]) await server.accept(memory.asCache(), wanted(id))
    const stored = JSON.parse(memory.items.get("invalidation:a") ?? "") as object
    memory.items.set("invalidation:a", JSON.stringify({ ...stored, ...wrong }))
    expect((await open().list()).map(({ id }) => id)).toEqual(["b"])
    expect(await open().find("a")).toBeUndefined()
  })

  it("asks for a hundred at most, each once, whatever the list has", async () => {
    const long = "x".repeat(60_000)
    const ids = [long, ...Array<string>(50).fill("a"), ...Array.from({ length: 10_000 }, (_, i) => `run-${i}`)]
    memory.items.set("invalidations", JSON.stringify({ version: 1, ids }))
    memory.items.set(`invalidation:${long}`, "{}")
    memory.reads = 0
    expect(await open().list()).toEqual([])
    // The list, "a", and what of the first hundred is left.
    expect(memory.reads).toBe(1 + 1 + 49)
    expect(await open().find(long)).toBeUndefined()
    expect(memory.reads).toBe(51)
  })

  it("has no more to say at its end than others take", async () => {
    const running = await open().takeUp(memory.asCache(), wanted("a"))
    await running.end({ state: "failed", message: "m".repeat(60_000) })
    expect((await open().find("a"))?.message).toBe("m".repeat(2_000))
  })

  it("carries out what it was asked for, and not what Memcached says of it", async () => {
    await open().accept(memory.asCache(), wanted("a"))
    const stored = JSON.parse(memory.items.get("invalidation:a") ?? "") as object
    const createdBy = { type: "admin", id: "somebody_else" }
    memory.items.set(
      "invalidation:a",
      JSON.stringify({ ...stored, dryRun: true, providerId: "q", createdBy, total: 1 })
    )
    const running = await open().takeUp(memory.asCache(), wanted("a"))
    expect(running.state).toMatchObject({
      dryRun: false,
      providerId: "p",
      total: 2_000,
      createdBy: { type: "admin", id: "user_1" },
    })
  })

  it("has taken no time when the clock of its process is behind", async () => {
    const [server, worker] = [open(), open()]
    await server.accept(memory.asCache(), wanted("a"))
    const stored = JSON.parse(memory.items.get("invalidation:a") ?? "") as object
    memory.items.set("invalidation:a", JSON.stringify({ ...stored, heartbeatAtMs: START - 5_000 }))
    jest.setSystemTime(START + INTERRUPTED_AFTER_MS + 1)
    expect(await worker.find("a")).toMatchObject({ state: "failed", durationMs: 0 })
  })

  it("shows what it has written itself, and not what another version has", async () => {
    const server = open()
    await server.accept(memory.asCache(), wanted("a"))
    const json = memory.items.get("invalidation:a") ?? ""
    expect(json).toContain('"version":1,')
    expect(await open().find("a")).toMatchObject({ id: "a", state: "running" })
    memory.items.set("invalidation:a", json.replace('"version":1,', '"version":2,'))

    expect(await open().find("a")).toBeUndefined()
    expect(await open().list()).toEqual([])
    expect(await server.list()).toMatchObject([{ id: "a" }])
  })

  it("leaves the list of a later version alone, and replaces that of an older one", async () => {
    const later = JSON.stringify({ version: 2, runs: [{ id: "b" }] })
    memory.items.set("invalidations", later)
    const server = open()
    await server.accept(memory.asCache(), wanted("a"))
    expect(memory.items.get("invalidations")).toBe(later)
    expect(await server.list()).toMatchObject([{ id: "a" }])
    expect(await open().find("a")).toMatchObject({ id: "a" })

    memory.items.set("invalidations", JSON.stringify(["b"]))
    await server.accept(memory.asCache(), wanted("c"))
    expect((await open().list()).map(({ id }) => id)).toEqual(["c"])
  })
})
