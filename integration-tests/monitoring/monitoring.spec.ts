import { setTimeout as delay } from "node:timers/promises"
import { Cache, DEFAULT_CACHE_OPTIONS, DependableServer, systemRuntime } from "../../src/cache"
import { JsonItems } from "../../src/cache/insight/json-items"
import { eventually } from "../../testing/eventually"
import { FaultProxy } from "../../testing/fault-proxy"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"

jest.setTimeout(240_000)

/** Short enough to wait for where Memcached is away, and beyond what it takes on a machine that is busy. */
const TIMEOUT_MS = 2_000
const CLEAR_TIMEOUT_MS = 4_000
const FLUSH_MS = 200
/** Far beyond what it takes, for a machine that is busy with other things. */
const PATIENCE_MS = 60_000

const SILENT = { info: () => undefined, warn: () => undefined, debug: () => undefined }

let first: MemcachedProcess
let second: MemcachedProcess
const caches: Cache[] = []
const proxies: FaultProxy[] = []

beforeEach(async () => {
  ;[first, second] = await Promise.all([startMemcached(), startMemcached()])
})
afterEach(async () => {
  first.thaw()
  await Promise.all(caches.splice(0).map((cache) => cache.close()))
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()))
  await Promise.all([first.kill(), second.kill()])
})

/** What a Medusa process has: a cache with connections of its own. */
function open(ports: readonly number[] = [first.port], prefix = "medusa", flushIntervalMs = FLUSH_MS): Cache {
  const servers = ports.map(
    (port) => new DependableServer({ host: "127.0.0.1", port, timeoutMs: TIMEOUT_MS, connectTimeoutMs: TIMEOUT_MS })
  )
  const [logServer, ...others] = servers
  if (!logServer) throw new Error("a cache has a server")
  const cache = new Cache(
    {
      ...DEFAULT_CACHE_OPTIONS,
      prefix,
      lookupTimeoutMs: TIMEOUT_MS,
      log: { ...DEFAULT_CACHE_OPTIONS.log, clearTimeoutMs: CLEAR_TIMEOUT_MS, recoveryGraceMs: 100 },
      statistics: { ...DEFAULT_CACHE_OPTIONS.statistics, flushIntervalMs },
    },
    { servers: [logServer, ...others], logger: SILENT }
  )
  caches.push(cache)
  return cache
}

const load = (cache: Cache, key: string, tags: string[]): Promise<unknown> =>
  Promise.resolve().then(async () => {
    await cache.get({ key })
    return cache.set({ key, data: { key }, tags, ttl: 60 })
  })

const linesOf = async (cache: Cache) => (await cache.insight.clears.recent()).clears

const tagsOf = async (cache: Cache): Promise<string[]> =>
  (await cache.insight.tags.list()).tags.map(({ tag }) => tag).sort()

const isDown = (cache: Cache): boolean => cache.servers[0].state === "down"

/** Returns a key whose entry is on this server. */
const keyOn = (cache: Cache, at: number): string => {
  const key = Array.from({ length: 100 }, (_, i) => `key-${i}`).find(
    (each) => cache.serverOf(each) === cache.servers[at]
  )
  if (key === undefined) throw new Error("no key is there")
  return key
}

/** Lookups find out that the first server is away. */
const untilDown = (cache: Cache): Promise<unknown> =>
  eventually(
    async () => {
      await cache.get({ key: keyOn(cache, 0) })
      return isDown(cache)
    },
    (down) => down,
    PATIENCE_MS
  )

describe("clear history and tag directory of several processes on a real memcached", () => {
  it("show in one what another did, after a flush", async () => {
    const [one, other] = [open(), open()]
    await load(one, "a", ["Product:1", "Product:list:*", "line\nbreak", "😀", "*", "~head", "x".repeat(10_000)])
    await other.clear({ tags: ["Product:1"] }, { origin: "admin", actorId: "user_1" })
    await eventually(
      () => linesOf(one),
      (lines) => lines.length === 1,
      PATIENCE_MS
    )
    const known = ["*", "Product:1", "Product:list:*", "line\nbreak", "~head", "😀"]
    await eventually(
      () => tagsOf(other),
      (tags) => tags.length === known.length,
      PATIENCE_MS
    )
    expect(await tagsOf(other)).toEqual(known.sort())
    await other.clear({ tags: ["Product:1"] }, { origin: "admin", actorId: "user_1" })
    await eventually(
      () => one.insight.tags.find("Product:1"),
      (tag) => tag?.lastCleared?.actorId === "user_1",
      PATIENCE_MS
    )
    expect(await tagsOf(open([first.port], "medusa:eu"))).toEqual([])
    expect(await linesOf(open([first.port], "medusa:eu"))).toEqual([])
  })

  it("lose nothing of processes that are closed at the same moment", async () => {
    const processes = Array.from({ length: 4 }, () => open([first.port], "medusa", 60_000))
    await Promise.all(
      processes.map(async (cache, i) => {
        await load(cache, `key-${i}`, [`Product:${i}`, "Product:list:*"])
        await cache.clear({ tags: [`Region:${i}`] }, { origin: "admin", actorId: `user_${i}` })
      })
    )
    await Promise.all(processes.map((cache) => cache.close()))
    const reader = open()
    expect(await tagsOf(reader)).toEqual(["Product:0", "Product:1", "Product:2", "Product:3", "Product:list:*"])
    const actors = (await linesOf(reader)).map(({ actorId }) => actorId)
    expect(actors.sort()).toEqual(["user_0", "user_1", "user_2", "user_3"])
  })

  it("have each line once, though answers were lost", async () => {
    const proxy = await FaultProxy.start(first.port)
    proxies.push(proxy)
    const cache = open([proxy.port])
    await cache.connect()
    for (let round = 0; round < 3; round++) {
      await cache.clear({ tags: [`t${round}`] }, { origin: "admin" })
      proxy.inject({ dropResponses: true })
      await delay(FLUSH_MS * 2)
      proxy.heal()
      await eventually(
        () => cache.insight.clears.recent(),
        ({ complete }) => complete,
        PATIENCE_MS
      )
    }
    await cache.close()
    const lines = await linesOf(open())
    expect(lines.map(({ sample }) => sample[0]).sort()).toEqual(["t0", "t1", "t2"])
    expect(lines.every(({ calls, status }) => calls === 1 && status === "applied")).toBe(true)
  })

  it("go on after memcached was killed, with what the process still knows", async () => {
    const cache = open()
    await load(cache, "a", ["Product:1"])
    await cache.clear({ tags: ["before"] }, { origin: "admin" })
    await eventually(
      () => linesOf(open()),
      (lines) => lines.length === 1,
      PATIENCE_MS
    )
    await linesOf(cache)
    await first.kill()
    await untilDown(cache)
    const pending = cache.clear({ tags: ["during"] }, { origin: "admin" })
    expect(await pending).toMatchObject({ status: "pending" })
    const { clears, complete } = await cache.insight.clears.recent()
    expect(complete).toBe(false)
    expect(clears.map(({ sample, status }) => [sample[0], status])).toEqual([
      ["during", "pending"],
      ["before", "applied"],
    ])
    expect(await cache.insight.tags.list()).toMatchObject({ complete: false, tags: [{ tag: "Product:1" }] })

    await first.restart()
    const lines = await eventually(
      () => linesOf(open()),
      (seen) => seen[0]?.status === "applied",
      PATIENCE_MS
    )
    expect(lines).toMatchObject([{ sample: ["during"], status: "applied" }])
  })
})

describe("the servers of a cache", () => {
  it("are reported with memcached's own counters", async () => {
    const cache = open([first.port, second.port])
    await load(cache, "a", ["t"])
    const [log, other] = await cache.insight.servers.read()
    expect(log).toMatchObject({ id: `127.0.0.1:${first.port}`, state: "ready", reason: null })
    expect(other).toMatchObject({ id: `127.0.0.1:${second.port}`, downSinceMs: null })
    for (const { stats } of [log, other].flatMap((report) => report ?? [])) {
      expect(stats?.version).toMatch(/^1\./)
      expect(stats?.memoryLimitBytes).toBe(64 * 1024 * 1024)
      expect(stats?.itemSizeMaxBytes).toBe(1024 * 1024)
      expect(stats?.connections).toBeGreaterThan(0)
      expect(stats?.pingMs).toBeGreaterThan(0)
      expect(Math.abs((stats?.startedAtMs ?? 0) - Date.now())).toBeLessThan(120_000)
    }
    expect((log?.stats?.items ?? 0) + (other?.stats?.items ?? 0)).toBeGreaterThan(1)
    expect((log?.shareOfItems ?? 0) + (other?.shareOfItems ?? 0)).toBeCloseTo(1)
  })

  it("cost memcached one question for many readers", async () => {
    const proxy = await FaultProxy.start(first.port)
    proxies.push(proxy)
    const cache = open([proxy.port], "medusa", 0)
    const startedAt = performance.now()
    await cache.insight.servers.read()
    await Promise.all(Array.from({ length: 100 }, () => cache.insight.servers.read()))
    const STAT = 0x10
    // The item limit is asked for in the background, after the connection is ready. A sample is good for two seconds, and
    // takes three questions, of which the fastest answer counts.
    const samples = 1 + Math.floor((performance.now() - startedAt) / 2_000)
    expect(proxy.requestsByOpcode.get(STAT) ?? 0).toBeLessThanOrEqual(1 + 3 * samples)
  })

  const outages: { name: string; begin: () => Promise<void> | void; end: () => Promise<void> | void }[] = [
    { name: "killed", begin: () => first.kill(), end: () => first.restart() },
    { name: "frozen", begin: () => first.freeze(), end: () => first.thaw() },
  ]

  it.each(outages)("are reported while one of them is $name: degraded, why and since when", async ({ begin, end }) => {
    const cache = open([first.port, second.port])
    const key = keyOn(cache, 0)
    await load(cache, key, ["t"])
    const before = Date.now()
    await begin()
    await untilDown(cache)
    const health = cache.insight.health()
    expect(health).toMatchObject({ status: "degraded", reason: "circuit_open" })
    expect(health.sinceMs).toBeGreaterThanOrEqual(before)
    const [log, other] = await cache.insight.servers.read()
    expect(log).toMatchObject({ state: "down", stats: null, downSinceMs: health.sinceMs })
    expect(log?.reason).toContain(`127.0.0.1:${first.port}`)
    expect(other).toMatchObject({
      state: "ready",
      reason: null,
      stats: { version: expect.stringMatching(/^1\./) as unknown },
    })
    expect(await cache.insight.inspector.inspect(key)).toMatchObject({ state: "unreachable" })
    await end()
    await eventually(
      () => cache.insight.health().status,
      (status) => status === "healthy",
      PATIENCE_MS
    )
    expect((await cache.insight.servers.read())[0]).toMatchObject({ state: "ready", reason: null, downSinceMs: null })
  })

  it("make the cache unreachable while all are away", async () => {
    const cache = open([first.port, second.port])
    await cache.insight.servers.read()
    await Promise.all([first.kill(), second.kill()])
    await eventually(
      () => cache.insight.health(),
      ({ status }) => status === "unreachable",
      PATIENCE_MS
    )
    expect(cache.insight.health()).toMatchObject({
      reason: "circuit_open",
      sinceMs: expect.any(Number) as unknown,
    })
  })
})

describe("the inspector on a real memcached", () => {
  it("says of an entry what a lookup in another process would", async () => {
    const [writer, reader] = [open([first.port, second.port]), open([first.port, second.port])]
    const keys = ["plain", "with space", "~head", "x".repeat(1_000), "ü"]
    for (const key of keys) await load(writer, key, ["Product:1", `of:${key.slice(0, 5)}`])
    const reports = await reader.insight.inspector.inspectAll(keys, { previewChars: 20 })
    expect(reports.map(({ state }) => state)).toEqual(keys.map(() => "valid"))
    expect(reports[0]).toMatchObject({
      name: "medusa:plain",
      tags: ["Product:1", "of:plain"],
      preview: '{"key":"plain"}',
    })
    await writer.clear({ tags: ["of:plain"] })
    expect(await reader.insight.inspector.inspect("plain")).toMatchObject({ state: "cleared", clearedBy: "of:plain" })
    expect(await reader.get({ key: "plain" })).toBeNull()
    expect(await reader.insight.inspector.inspect("ü")).toMatchObject({ state: "valid" })
    expect(reader.insight.statistics.snapshot().lookups).toBe(1)
  })
})

describe("items of JSON on a real memcached", () => {
  it("lose no change of processes that make it at the same time", async () => {
    const connections = Array.from({ length: 3 }, () => new DependableServer({ host: "127.0.0.1", port: first.port }))
    const processes = connections.map((server) => new JsonItems(server, systemRuntime))
    const plusOne = (old: unknown): number => (typeof old === "number" ? old : 0) + 1
    const done = await Promise.all(processes.map((items) => items.update("count", plusOne, 60)))
    expect(done.map(({ status }) => status)).toEqual(["written", "written", "written"])
    expect(await processes[0]?.read("count")).toEqual({ status: "ok", value: 3 })
    await Promise.all(connections.map((server) => server.close()))
  })
})
