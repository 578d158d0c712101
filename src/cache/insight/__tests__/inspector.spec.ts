import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { chooseServer } from "../../memcached/rendezvous"
import { CLOCK_START_MS } from "../../../../testing/manual-runtime"
import { entryItem, ownItem } from "../../../../testing/stored-items"

const open = (world = new CacheWorld()): CacheProcess => new CacheProcess(world)

const sizeOf = (world: CacheWorld, name: string): number | undefined =>
  world.memcached.execute({ op: "get", key: name }).value?.length

describe("Inspector.inspect", () => {
  it("tells everything about a valid entry", async () => {
    const world = new CacheWorld()
    const process = open(world)
    await process.load("list", { title: "Shirt" }, { tags: ["Product:1", "Product:list:*"], ttl: 60, costMs: 25 })
    expect(await process.cache.insight.inspector.inspect("list")).toEqual({
      key: "list",
      name: "medusa:list",
      serverId: "scripted-0:11211",
      state: "valid",
      clearedBy: null,
      rawBytes: 17,
      bytes: sizeOf(world, "medusa:list"),
      storedAtMs: CLOCK_START_MS + 25,
      expiresAtMs: CLOCK_START_MS + 25 + 60_000,
      autoInvalidate: true,
      costMicros: 25_000,
      tags: ["Product:1", "Product:list:*"],
      absentBecause: null,
      readVersion: 0,
      log: { version: 0, horizon: 0 },
      clears: [],
      preview: '{"title":"Shirt"}',
      previewTruncated: false,
    })
  })

  it("unpacks what is compressed, and says both sizes", async () => {
    const world = new CacheWorld()
    const process = open(world)
    const tags = Array.from({ length: 1_000 }, (_, i) => `Product:prod_${i}`)
    const data = { text: "shirt ".repeat(5_000) }
    await process.load("list", data, { tags })
    const report = await process.cache.insight.inspector.inspect("list")
    expect(report).toMatchObject({ state: "valid", tags, previewTruncated: true })
    expect(report.rawBytes).toBe(JSON.stringify(data).length)
    expect(report.bytes).toBe(sizeOf(world, "medusa:list"))
    expect(report.bytes).toBeLessThan(report.rawBytes / 4)
    expect(report.preview).toBe(JSON.stringify(data).slice(0, 2_000))
  })

  it("says absent of what is not there, has expired or was evicted", async () => {
    const process = open()
    await process.load("short", 1, { ttl: 10 })
    await process.load("evicted", 1)
    await process.world.runtime.advance(11_000)
    process.world.memcached.evict("medusa:evicted")
    for (const [key, absentBecause] of [
      ["short", "expired"],
      ["evicted", "removed"],
      ["never", "new"],
    ] as const) {
      expect(await process.cache.insight.inspector.inspect(key)).toMatchObject({
        key,
        state: "absent",
        absentBecause,
        rawBytes: 0,
        storedAtMs: null,
        tags: [],
        preview: "",
      })
    }
  })

  it.each([
    ["the tag", { tags: ["b"] }, "b"],
    ["the tag, cleared by an event", { tags: ["b"], options: { autoInvalidate: true } }, "b"],
    ["a tag that is named like the key", { tags: ["list"] }, "list"],
    ["everything", { tags: ["*"] }, "*"],
  ])("names what voided an entry: %s", async (_, clear, cause) => {
    const process = open()
    await process.load("list", 1, { tags: ["a", "b", "list"] })
    await process.cache.clear(clear)
    expect(await process.cache.insight.inspector.inspect("list")).toMatchObject({
      state: "cleared",
      clearedBy: cause,
      tags: ["a", "b", "list"],
    })
  })

  it("names the key when that was cleared and a late set brought it back", async () => {
    const process = open()
    await process.load("list", 1)
    const stored = process.world.memcached.execute({ op: "get", key: "medusa:list" }).value ?? Buffer.alloc(0)
    await process.cache.clear({ key: "list" })
    expect((await process.cache.insight.inspector.inspect("list")).state).toBe("absent")
    process.world.memcached.execute(entryItem("medusa:list", stored))
    expect(await process.cache.insight.inspector.inspect("list")).toMatchObject({ state: "cleared", clearedBy: "key" })
  })

  it("calls valid what an event spares, and cleared what an explicit clear does not", async () => {
    const process = open()
    await process.get("kept")
    await process.cache.set({ key: "kept", data: 1, tags: ["a"], options: { autoInvalidate: false } })
    await process.cache.clear({ tags: ["a"], options: { autoInvalidate: true } })
    expect(await process.cache.insight.inspector.inspect("kept")).toMatchObject({
      state: "valid",
      autoInvalidate: false,
    })
    await process.clear("a")
    expect(await process.cache.insight.inspector.inspect("kept")).toMatchObject({ state: "cleared", clearedBy: "a" })
  })

  it("names nobody when the log no longer knows who it was", async () => {
    const world = new CacheWorld()
    const writer = open(world)
    await writer.load("list", 1, { tags: ["a"] })
    await writer.clear("a")
    const late = new CacheProcess(world, {
      log: { ...writer.cache.options.log, backlog: 0 },
    })
    for (let i = 0; i < 20; i++) await writer.clear(`b${i}`)
    expect(await late.cache.insight.inspector.inspect("list")).toMatchObject({ state: "cleared", clearedBy: null })
  })

  it("tells for each tag and the key which clear was the last, beside the version that the entry was read at", async () => {
    const process = open()
    await process.clear("before")
    await process.load("list", 1, { tags: ["before", "after", "never"] })
    await process.clear("after")
    await process.clear("another")
    expect(await process.cache.insight.inspector.inspect("list")).toMatchObject({
      state: "cleared",
      clearedBy: "after",
      readVersion: 1,
      log: { version: 3 },
      clears: [
        { of: "before", version: 1 },
        { of: "after", version: 2 },
      ],
    })
  })

  it("leaves out clears by events that spare the entry", async () => {
    const process = open()
    await process.get("kept")
    await process.cache.set({ key: "kept", data: 1, tags: ["a"], options: { autoInvalidate: false } })
    await process.cache.clear({ tags: ["a"], options: { autoInvalidate: true } })
    expect((await process.cache.insight.inspector.inspect("kept")).clears).toEqual([])
    await process.clear("a")
    expect((await process.cache.insight.inspector.inspect("kept")).clears).toEqual([{ of: "a", version: 2 }])
  })

  it("tells when the key of no entry was cleared, and when everything was", async () => {
    const process = open()
    await process.load("list", 1)
    await process.cache.clear({ key: "list" })
    const report = await process.cache.insight.inspector.inspect("list")
    expect(report).toMatchObject({
      state: "absent",
      absentBecause: "cleared",
      readVersion: null,
      clears: [{ of: "key", version: 1 }],
    })
    await process.clear("*")
    expect((await process.cache.insight.inspector.inspect("never")).clears).toEqual([{ of: "*", version: 2 }])
  })

  it("calls of another epoch what belongs to a log that is gone", async () => {
    const process = open()
    await process.load("list", 1)
    process.world.memcached.evict("medusa:~head")
    expect(await process.cache.insight.inspector.inspect("list")).toMatchObject({
      state: "other_epoch",
      readVersion: null,
      preview: "1",
    })
  })

  it.each([
    ["no entry", Buffer.from("{}")],
    ["nothing", Buffer.alloc(0)],
  ])("calls unreadable what is %s", async (_, value) => {
    const process = open()
    process.world.memcached.execute(entryItem("medusa:list", value))
    expect(await process.cache.insight.inspector.inspect("list")).toMatchObject({
      state: "unreadable",
      tags: [],
      preview: "",
    })
  })

  it("calls unreadable what is damaged inside, or belongs to another key", async () => {
    const process = open()
    await process.load("big", "shirt ".repeat(5_000))
    const { memcached } = process.world
    const value = memcached.execute({ op: "get", key: "medusa:big" }).value ?? Buffer.alloc(0)
    memcached.execute(entryItem("medusa:other", value))
    expect((await process.cache.insight.inspector.inspect("other")).state).toBe("unreadable")
    value.fill(0x2a, 5, 50)
    memcached.execute(entryItem("medusa:big", value))
    expect(await process.cache.insight.inspector.inspect("big")).toMatchObject({ state: "unreadable", preview: "" })
    expect(await process.get("big")).toBeNull()
  })

  it("is unreachable while Memcached is away, without asking it", async () => {
    const process = open()
    await process.load("list", 1)
    process.server.enter("down")
    const sent = process.server.sent.length
    expect(await process.cache.insight.inspector.inspect("list")).toMatchObject({
      state: "unreachable",
      name: "medusa:list",
    })
    expect(process.server.sent).toHaveLength(sent)
  })

  it("is unreachable while a clear waits, and shows the entry all the same", async () => {
    const process = open()
    await process.load("list", 1, { tags: ["a"] })
    process.server.script = ({ op }) => (op === "set" ? "unreachable" : undefined)
    const cleared = process.clear("b")
    await process.world.runtime.advance(4_000)
    await cleared
    expect(await process.cache.insight.inspector.inspect("list")).toMatchObject({ state: "unreachable", tags: ["a"] })
  })

  it("calls unreachable what a server may not have been told to be cleared, also as the first that a process asks", async () => {
    const world = new CacheWorld(2)
    const process = open(world)
    const [, away] = process.servers
    const key = Array.from({ length: 50 }, (_, i) => `key-${i}`).find(
      (each) => chooseServer(process.servers, `medusa:${each}`) === away
    )
    if (!away || key === undefined) throw new Error("a key on the second server")
    await process.load(key, "old", { tags: ["t"] })
    away.enter("down")
    expect(await process.clear("t")).toMatchObject({ status: "pending" })

    expect(await open(world).get(key)).toBeNull()
    expect((await open(world).cache.insight.inspector.inspect(key)).state).toBe("unreachable")
    expect(await open(world).cache.insight.entries.ofAny([], [key])).toBeUndefined()
  })

  it("calls unreadable what is larger than a lookup of this process takes", async () => {
    const world = new CacheWorld()
    await open(world).load("list", "x".repeat(1_000), { tags: ["t"] })
    const process = new CacheProcess(world, { maxValueBytes: 500 })

    expect(await process.get("list")).toBeNull()
    expect(await process.cache.insight.inspector.inspectAll(["list"])).toMatchObject([
      { state: "unreadable", rawBytes: 1_002, tags: [] },
    ])
    expect(await process.cache.insight.entries.ofAny([], ["list"])).toBe(0)
  })

  it("waits no longer than a lookup", async () => {
    const process = open()
    await process.load("list", 1)
    process.server.held = true
    const inspected = process.cache.insight.inspector.inspect("list")
    await process.world.runtime.advance(process.cache.options.lookupTimeoutMs)
    expect((await inspected).state).toBe("unreachable")
  })

  it("leaves no trace: not counted, no lease, no read version for a set", async () => {
    const process = open()
    await process.load("list", 1, { ttl: 2, costMs: 100 })
    await process.world.runtime.advance(1_500)
    process.world.runtime.draws.push(0.999, 0.999)
    const before = process.cache.insight.statistics.snapshot()
    await process.cache.insight.inspector.inspect("list")
    await process.cache.insight.inspector.inspect("other")
    expect(process.cache.insight.statistics.snapshot()).toEqual(before)
    expect(process.server.sentOf("add", "~lease")).toHaveLength(0)
    expect(process.world.memcached.keys().sort()).toEqual(["medusa:list", "medusa:~head"])
    // A write-through as before: had the inspection counted as a miss, its older version would be used.
    await process.clear("t")
    await process.cache.set({ key: "other", data: 1, tags: ["t"] })
    expect((await process.cache.insight.inspector.inspect("other")).state).toBe("valid")
  })

  it.each([
    ["~head", "~head"],
    ["~clears", "~clears"],
    ["a line break", "line\nbreak"],
    ["not ASCII", "ü"],
    ["10,000 characters", "x".repeat(10_000)],
  ])("never reads an item of the plugin's own, and finds entries with such keys: %s", async (_, key) => {
    const process = open()
    process.world.memcached.execute(ownItem("medusa:~clears", "hidden"))
    await process.clear("t")
    const report = await process.cache.insight.inspector.inspect(key)
    expect(report.state).toBe("absent")
    expect(report.name).toMatch(/^medusa:~h:[\w-]+$/)
    await process.load(key, { of: key }, { tags: ["t"] })
    expect(await process.cache.insight.inspector.inspect(key)).toMatchObject({
      state: "valid",
      name: report.name,
      tags: ["t"],
    })
  })

  it.each([
    [undefined, 2_000],
    [10, 10],
    [0, 0],
    [-5, 0],
    [1_000_000, 10_000],
  ])("bounds the preview: asked for %p, gives %p characters", async (previewChars, length) => {
    const process = open()
    await process.load("list", "x".repeat(50_000))
    const options = previewChars === undefined ? {} : { previewChars }
    const report = await process.cache.insight.inspector.inspect("list", options)
    expect(report.preview).toHaveLength(length)
    expect(report.previewTruncated).toBe(length > 0)
  })

  it("does not cut a character in two", async () => {
    const process = open()
    await process.load("list", "😀😀😀")
    const report = await process.cache.insight.inspector.inspect("list", { previewChars: 4 })
    expect(report.preview).toBe('"😀')
    expect(report.previewTruncated).toBe(true)
  })
})

describe("Inspector.inspectAll", () => {
  it("lets other work have its turn after so much data, whether it has many entries or a few large ones", async () => {
    const process = open()
    const keys = Array.from({ length: 8 }, (_, i) => `large-${i}`)
    for (const key of keys) await process.load(key, { text: "shirt ".repeat(400_000) }, { tags: ["Product:1"] })
    const defer = jest.spyOn(process.world.runtime, "defer")
    const reports = await process.cache.insight.inspector.inspectAll(keys)
    expect(reports.map(({ state, tags }) => [state, tags])).toEqual(Array(8).fill(["valid", ["Product:1"]]))
    expect(defer.mock.calls.length).toBeGreaterThanOrEqual(7)
  })

  it("reports a page of keys in their order, with one read of the head of each server", async () => {
    const process = open(new CacheWorld(2))
    for (const key of ["a", "b", "c"]) await process.load(key, key, { tags: [key] })
    await process.clear("b")
    const sent = process.servers.map((server) => server.sent.length)
    const reports = await process.cache.insight.inspector.inspectAll(["c", "b", "missing", "a"])
    expect(reports.map(({ key, state, clearedBy }) => [key, state, clearedBy])).toEqual([
      ["c", "valid", null],
      ["b", "cleared", "b"],
      ["missing", "absent", null],
      ["a", "valid", null],
    ])
    expect(reports.every(({ preview }) => preview === "")).toBe(true)
    const commands = process.servers.flatMap((server, i) => server.sent.slice(sent[i]))
    expect(commands.filter(({ key }) => key === "medusa:~head")).toHaveLength(2)
    expect(commands).toHaveLength(6)
    expect(await process.cache.insight.inspector.inspectAll([])).toEqual([])
  })

  it("reports the entries of a server that is away as unreachable, and the others", async () => {
    const process = open(new CacheWorld(2))
    const keys = Array.from({ length: 20 }, (_, i) => `key-${i}`)
    for (const key of keys) await process.load(key, 1)
    process.servers[1]?.enter("down")
    const reports = await process.cache.insight.inspector.inspectAll(keys)
    const byServer = (id: string) => new Set(reports.flatMap((report) => (report.serverId === id ? report.state : [])))
    expect(byServer("scripted-0:11211")).toEqual(new Set(["valid"]))
    expect(byServer("scripted-1:11211")).toEqual(new Set(["unreachable"]))
  })
})
