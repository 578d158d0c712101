import { CacheProcess, CacheWorld, END_OF_MINUTE } from "../../../../testing/cache-process"
import { CLOCK_START_MS } from "../../../../testing/manual-runtime"
import type { ClearAuthor } from "../../clear-input"
import { MAX_JSON_BYTES } from "../json-items"
import { ownItem } from "../../../../testing/stored-items"

const FLUSH_MS = 5_000
const ITEM = "medusa:~clears"

const open = (world = new CacheWorld()): CacheProcess =>
  new CacheProcess(world, { statistics: { flushIntervalMs: FLUSH_MS }, index: { ...OFF } })

const OFF = { enabled: false, retentionSeconds: 60, maxBytes: 65_536 }

const admin: ClearAuthor = { origin: "admin", actorId: "user_1" }

const event = (process: CacheProcess, ...tags: string[]) =>
  process.cache.clear({ tags, options: { autoInvalidate: true } })

/** Lets the history be written. */
const flush = ({ world }: CacheProcess): Promise<void> => world.runtime.advance(FLUSH_MS * 1.25)

const linesOf = async ({ cache }: CacheProcess) => (await cache.insight.clears.recent()).clears

/** A server whose item of the history cannot be changed. */
const breakHistory = (process: CacheProcess, fate: "lost" | "unreachable"): void => {
  process.server.script = ({ op, key }) => (key === ITEM && op !== "get" ? fate : undefined)
}

const heal = (process: CacheProcess): void => {
  process.server.script = () => undefined
}

describe("ClearHistory", () => {
  it("shows a clear at once, and to other processes after the next flush", async () => {
    const world = new CacheWorld()
    const [writer, reader] = [open(world), open(world)]
    await writer.cache.clear({ tags: ["Product:1", "Product:2"] }, admin)
    const line = {
      atMs: CLOCK_START_MS,
      origin: "admin",
      actorId: "user_1",
      status: "applied",
      everything: false,
      calls: 1,
      tags: 2,
      keys: 0,
      sample: ["Product:1", "Product:2"],
      // The first clear of a process that has not read the log.
      versions: null,
      misses: 0,
      rebuildMicros: 0,
    }
    expect(await writer.cache.insight.clears.recent()).toEqual({ clears: [line], complete: true })
    expect(await reader.cache.insight.clears.recent()).toEqual({ clears: [], complete: true })
    await flush(writer)
    expect(await writer.cache.insight.clears.recent()).toEqual({ clears: [line], complete: true })
    expect(await reader.cache.insight.clears.recent()).toEqual({ clears: [line], complete: true })
  })

  it("tells keys, tags and everything apart, and who it was when the caller does not say", async () => {
    const process = open()
    await process.cache.clear({ key: "a-key", tags: ["ignored"] })
    await event(process, "t")
    await process.clear("*", "t")
    await process.cache.clear({ tags: [] })
    await process.cache.clear({ tags: ["t"], options: {} })
    const lines = await linesOf(process)
    expect(lines.map(({ origin, everything, tags, keys, sample }) => [origin, everything, tags, keys, sample])).toEqual(
      expect.arrayContaining([
        ["code", false, 0, 1, ["a-key"]],
        ["event", false, 1, 0, ["t"]],
        ["code", true, 0, 0, []],
      ])
    )
    expect(lines).toHaveLength(3)
  })

  it("sums what events clear between two flushes", async () => {
    const process = open()
    for (let i = 0; i < 2_000; i++) await event(process, `Product:${i}`, "Product:list:*")
    await flush(process)
    expect(await linesOf(process)).toEqual([
      expect.objectContaining({
        origin: "event",
        actorId: null,
        calls: 2_000,
        tags: 4_000,
        sample: ["Product:0", "Product:list:*", "Product:1", "Product:2", "Product:3"],
      }),
    ])
    await event(process, "Region:1")
    await flush(process)
    expect((await linesOf(process)).map(({ calls }) => calls)).toEqual([1, 2_000])
  })

  it("gives what was done on purpose a line of its own, unless there is very much of it", async () => {
    const process = open()
    for (let i = 0; i < 3; i++) await process.cache.clear({ tags: [`a${i}`] }, admin)
    expect((await linesOf(process)).map(({ calls }) => calls)).toEqual([1, 1, 1])
    for (let i = 0; i < 500; i++) await process.cache.clear({ tags: [`b${i}`] }, admin)
    const lines = await linesOf(process)
    expect(lines).toHaveLength(21)
    expect(lines.reduce((sum, { calls }) => sum + calls, 0)).toBe(503)
  })

  it("does not let the batches of a bulk invalidation take the lines of what others did", async () => {
    const process = open()
    for (let i = 0; i < 100; i++) await process.cache.clear({ tags: [`w${i}`] }, { origin: "workflow", actorId: "one" })
    await process.cache.clear({ tags: ["a"] }, { origin: "workflow", actorId: "two" })
    expect((await linesOf(process)).map(({ actorId, calls, tags }) => [actorId, calls, tags]).sort()).toEqual([
      ["one", 100, 100],
      ["two", 1, 1],
    ])
  })

  it("loses no line of processes that write at the same time", async () => {
    const world = new CacheWorld()
    const processes = Array.from({ length: 4 }, () => open(world))
    for (const [i, process] of processes.entries()) {
      await process.cache.clear({ tags: ["t"] }, { origin: "admin", actorId: `user_${i}` })
    }
    await world.runtime.advance(FLUSH_MS * 1.25)
    const actors = (await linesOf(open(world))).map(({ actorId }) => actorId)
    expect(actors.sort()).toEqual(["user_0", "user_1", "user_2", "user_3"])
  })

  it("has each line once when the answer of a swap was lost", async () => {
    const process = open()
    await process.cache.clear({ tags: ["first"] }, admin)
    breakHistory(process, "lost")
    await flush(process)
    await process.cache.clear({ tags: ["second"] }, admin)
    await flush(process)
    heal(process)
    await flush(process)
    const samples = (await linesOf(open(process.world))).map(({ sample }) => sample)
    expect(samples).toEqual([["second"], ["first"]])
    expect((await linesOf(process)).map(({ sample }) => sample)).toEqual(samples)
  })

  it("keeps what cannot be written, and writes it when Memcached is back", async () => {
    const process = open()
    await process.cache.clear({ tags: ["first"] }, admin)
    breakHistory(process, "unreachable")
    await process.world.runtime.advance(60_000)
    await event(process, "second")
    await process.world.runtime.advance(60_000)
    heal(process)
    await flush(process)
    expect((await linesOf(open(process.world))).map(({ sample }) => sample)).toEqual([["second"], ["first"]])
    // Nothing is left to be done.
    await flush(process)
    expect(process.world.runtime.timers).toBe(END_OF_MINUTE)
  })

  it("answers from memory while Memcached is away", async () => {
    const world = new CacheWorld()
    const [other, process] = [open(world), open(world)]
    await other.cache.clear({ tags: ["other"] }, admin)
    await flush(other)
    await linesOf(process)
    await process.clear("mine")
    process.server.enter("down")
    const { clears, complete } = await process.cache.insight.clears.recent()
    expect(complete).toBe(false)
    expect(clears.map(({ sample }) => sample)).toEqual([["mine"], ["other"]])
  })

  it("calls pending what was not delivered, and applied when it was", async () => {
    const process = open()
    await process.get("a")
    process.server.script = ({ key }) => (key === "medusa:~head" ? "unreachable" : undefined)
    const cleared = process.cache.clear({ tags: ["t"] }, admin)
    await process.world.runtime.advance(4_000)
    expect(await cleared).toMatchObject({ status: "pending" })
    await flush(process)
    expect(await linesOf(open(process.world))).toMatchObject([{ status: "pending", sample: ["t"] }])
    heal(process)
    await process.world.runtime.advance(FLUSH_MS * 3)
    expect(await linesOf(open(process.world))).toMatchObject([{ status: "applied", sample: ["t"], calls: 1 }])
    expect(await linesOf(process)).toMatchObject([{ status: "applied" }])
    expect(process.world.runtime.timers).toBe(END_OF_MINUTE)
  })

  it("shows the newest clears when nothing is shared, and keeps no more than 200", async () => {
    const process = new CacheProcess(new CacheWorld(), { statistics: { flushIntervalMs: 0 } })
    for (let i = 0; i < 250; i++) {
      await process.world.runtime.advance(10)
      await process.cache.clear({ tags: [`t${i}`] }, i % 2 ? admin : { origin: "workflow", actorId: `run_${i}` })
    }
    const lines = await linesOf(process)
    expect(lines).toHaveLength(200)
    expect([lines[0]?.sample, lines.at(-1)?.sample]).toEqual([["t249"], ["t50"]])
    expect(lines.every(({ calls }) => calls === 1)).toBe(true)
    // Those of other processes are missing.
    expect((await process.cache.insight.clears.recent()).complete).toBe(false)
  })

  it("calls applied what was delivered, also when nothing is shared", async () => {
    const process = new CacheProcess(new CacheWorld(), { statistics: { flushIntervalMs: 0 } })
    await process.get("a")
    process.server.script = ({ key }) => (key === "medusa:~head" ? "unreachable" : undefined)
    const cleared = process.cache.clear({ tags: ["t"] }, admin)
    await process.world.runtime.advance(4_000)
    expect(await cleared).toMatchObject({ status: "pending" })
    expect(await linesOf(process)).toMatchObject([{ status: "pending" }])
    heal(process)
    await process.world.runtime.advance(10_000)
    expect(process.cache.hasPending).toBe(false)
    expect(await linesOf(process)).toMatchObject([{ status: "applied" }])
  })

  it("is written at close", async () => {
    const process = open()
    await process.cache.clear({ tags: ["t"] }, admin)
    await process.cache.close()
    expect(await linesOf(open(process.world))).toHaveLength(1)
  })

  it("keeps the newest 200 lines, also in memory", async () => {
    const process = open()
    for (let flushes = 0; flushes < 12; flushes++) {
      for (let i = 0; i < 20; i++) await process.cache.clear({ tags: [`${flushes}-${i}`] }, admin)
      await flush(process)
    }
    const lines = await linesOf(open(process.world))
    expect(lines).toHaveLength(200)
    expect(lines.every(({ atMs }, i) => i === 0 || atMs <= (lines[i - 1]?.atMs ?? 0))).toBe(true)
    expect(new Set(lines.map(({ sample }) => sample[0])).has("1-19")).toBe(false)
    expect(await linesOf(process)).toEqual(lines)
  })

  it("stays within 64 KB, and takes hostile names and actors", async () => {
    const process = open()
    const names = ["line\nbreak", "x".repeat(10_000), "😀".repeat(500), "~head", '"\\', "\ud800"]
    for (let flushes = 0; flushes < 12; flushes++) {
      for (let i = 0; i < 20; i++) {
        const actorId = `${"ü".repeat(5_000)}${i}`
        await process.cache.clear({ tags: names.map((name) => `${flushes}${name}`) }, { origin: "api_key", actorId })
      }
      await flush(process)
    }
    const item = process.world.memcached.execute({ op: "get", key: ITEM }).value
    expect(item?.length).toBeGreaterThan(30_000)
    expect(item?.length).toBeLessThanOrEqual(MAX_JSON_BYTES)
    const [newest] = await linesOf(open(process.world))
    expect(newest).toMatchObject({
      tags: 6,
      sample: ["11line\nbreak", expect.any(String), expect.any(String), "11~head", '11"\\'],
    })
    expect(newest?.sample.every((name) => name.length <= 81)).toBe(true)
  })

  it("bounds what it keeps of different authors between two flushes", async () => {
    const process = open()
    for (let i = 0; i < 1_000; i++) {
      await process.cache.clear({ tags: ["t"] }, { origin: "api_key", actorId: `key_${i}` })
    }
    expect((await linesOf(process)).length).toBeLessThanOrEqual(200)
  })

  it("starts anew from an item that is no history", async () => {
    const process = open()
    for (const text of ["{", "[]", '{"lines":[1,["x"],null]}', '"text"']) {
      process.world.memcached.execute(ownItem(ITEM, text))
      expect(await linesOf(open(process.world))).toEqual([])
      await event(process, text)
      await flush(process)
      expect((await linesOf(open(process.world)))[0]?.sample).toEqual([text])
    }
  })

  it("takes no line whose time is none", async () => {
    const process = open()
    const line = (atMs: number) => ["x", atMs, 0, null, 0, 0, 1, 1, 0, ["t"]]
    const value = Buffer.from(JSON.stringify({ version: 1, lines: [line(1e300), line(-1e16)] }))
    process.world.memcached.execute(ownItem(ITEM, value))
    expect(await linesOf(process)).toEqual([])
  })

  it("keeps prefixes apart", async () => {
    const world = new CacheWorld()
    const one = new CacheProcess(world, { prefix: "one", statistics: { flushIntervalMs: FLUSH_MS } })
    await one.cache.clear({ tags: ["t"] }, admin)
    await flush(one)
    expect(await linesOf(open(world))).toEqual([])
    expect(world.memcached.keys()).toContain("one:~clears")
  })

  it("stays in memory when nothing is shared", async () => {
    const process = new CacheProcess(new CacheWorld(), { statistics: { flushIntervalMs: 0 } })
    await process.cache.clear({ tags: ["t"] }, admin)
    await process.world.runtime.advance(60_000)
    await process.cache.close()
    expect(await linesOf(process)).toHaveLength(1)
    expect(process.server.sentOf("add", "~clears")).toHaveLength(0)
  })

  it("leaves the history of a later version alone, and replaces that of an older one", async () => {
    const process = open()
    const { memcached } = process.world
    const write = (item: object) => memcached.execute(ownItem(ITEM, JSON.stringify(item)))
    const read = (): unknown => JSON.parse(memcached.execute({ op: "get", key: ITEM }).value?.toString() ?? "null")
    const later = { version: 2, lines: [["x", 1, 0, null, 0, 0, 1, 1, 0, ["misread"]]] }
    write(later)
    await process.cache.clear({ tags: ["a"] }, admin)
    expect((await linesOf(process)).map(({ sample }) => sample)).toEqual([["a"]])
    await flush(process)
    expect(read()).toEqual(later)
    expect(await linesOf(process)).toEqual([])

    write({ version: 0, text: "of another kind" })
    await process.cache.clear({ tags: ["b"] }, admin)
    await flush(process)
    expect((await linesOf(open(process.world))).map(({ sample }) => sample)).toEqual([["b"]])
    expect(read()).toMatchObject({ version: 1 })
  })
})
