import { CacheProcess, CacheWorld, END_OF_MINUTE } from "../../../../testing/cache-process"
import { CLOCK_START_MS } from "../../../../testing/manual-runtime"
import { hashOfTag } from "../../support/hash"
import type { KnownTag } from "../known-tags"
import { SHARDS, shardOf } from "../tag-directory"
import { ownItem } from "../../../../testing/stored-items"

const FLUSH_MS = 5_000
/** Hits and times wait for half a minute, then for the next flush. */
const HITS_MS = 45_000
const WEEK_MS = 7 * 24 * 60 * 60 * 1000

const open = (world = new CacheWorld(), prefix = "medusa"): CacheProcess =>
  new CacheProcess(world, { prefix, statistics: { flushIntervalMs: FLUSH_MS } })

const flush = ({ world }: CacheProcess): Promise<void> => world.runtime.advance(FLUSH_MS * 1.25)

const itemOf = (tag: string): string => `medusa:~tags:${shardOf(hashOfTag(tag))}`

const find = ({ cache }: CacheProcess, tag: string): Promise<KnownTag | undefined> => cache.insight.tags.find(tag)

async function names({ cache }: CacheProcess): Promise<string[]> {
  return (await cache.insight.tags.list()).tags.map(({ tag }) => tag).sort()
}

const registryItems = ({ memcached }: CacheWorld): string[] =>
  memcached.keys().filter((key) => key.startsWith("medusa:~tags:"))

describe("TagDirectory", () => {
  it("knows the tags of what was stored, at once and in other processes after the next flush", async () => {
    const world = new CacheWorld()
    const process = open(world)
    await process.load("a", 1, { tags: ["Product:1", "Product:list:*"] })
    expect(await names(process)).toEqual(["Product:1", "Product:list:*"])
    expect(await names(open(world))).toEqual([])
    await flush(process)
    const reader = open(world)
    expect(await names(reader)).toEqual(["Product:1", "Product:list:*"])
    expect(await find(reader, "Product:1")).toEqual({
      tag: "Product:1",
      entity: "Product",
      version: null,
      lastCleared: null,
      hits: 0,
      lastSeenAtMs: CLOCK_START_MS,
    })
    expect(await find(reader, "Product:2")).toBeUndefined()
  })

  it("is incomplete where nothing is noted, however empty it is", async () => {
    const process = new CacheProcess(new CacheWorld(), { statistics: { flushIntervalMs: 0 } })
    await process.load("a", 1, { tags: ["Product:1"] })
    expect(await process.cache.insight.tags.list()).toEqual({ tags: [], complete: false, truncated: false })
  })

  it("does not know what was refused, or only cleared", async () => {
    const process = open()
    await process.load("a", undefined, { tags: ["refused"] })
    await process.clear("cleared")
    await flush(process)
    await flush(process)
    expect(await names(open(process.world))).toEqual([])
    expect(registryItems(process.world)).toEqual([])
  })

  it("tells the last clear of a known tag: its version, when, and by whom", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["t", "other"] })
    await flush(process)
    await process.cache.clear({ tags: ["t"], options: { autoInvalidate: true } })
    await process.world.runtime.advance(10_000)
    const atMs = process.world.runtime.now()
    await process.cache.clear({ tags: ["t"] }, { origin: "admin", actorId: "user_1" })
    await flush(process)
    expect(await find(process, "t")).toMatchObject({
      version: 2,
      lastCleared: { atMs, origin: "admin", actorId: "user_1" },
    })
    expect(await find(process, "other")).toMatchObject({ version: null, lastCleared: null })
    const reader = open(process.world)
    await reader.cache.connect()
    expect(await find(reader, "t")).toMatchObject({ version: 2, lastCleared: { origin: "admin" } })
  })

  it("counts a clear of everything for every tag", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["t"] })
    await flush(process)
    const atMs = process.world.runtime.now()
    await process.cache.clear({ tags: ["*"] }, { origin: "admin" })
    expect(await find(process, "t")).toMatchObject({
      version: 1,
      lastCleared: { atMs, origin: "admin", actorId: null },
    })
  })

  it("notes what another process clears", async () => {
    const world = new CacheWorld()
    const [writer, clearer] = [open(world), open(world)]
    await writer.load("a", 1, { tags: ["t"] })
    await flush(writer)
    await clearer.cache.clear({ tags: ["t"] }, { origin: "api_key", actorId: "key_1" })
    await flush(clearer)
    expect(await find(writer, "t")).toMatchObject({ lastCleared: { origin: "api_key", actorId: "key_1" } })
  })

  it("counts the hits of each tag, at once here and after half a minute elsewhere", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["t"] })
    for (let hits = 0; hits < 101; hits++) await process.get("a")
    expect((await find(process, "t"))?.hits).toBe(101)
    await process.world.runtime.advance(HITS_MS)
    expect((await find(open(process.world), "t"))?.hits).toBe(101)
  })

  it("counts them whatever the rhythm: three lookups a request, of which the first is always the key", async () => {
    const process = open()
    for (const tag of ["ApiKey:list:*", "Region:list:*", "Product:list:*"]) await process.load(tag, 1, { tags: [tag] })
    for (let request = 0; request < 100; request++) {
      for (const key of ["ApiKey:list:*", "Region:list:*", "Product:list:*"]) await process.get(key)
      await process.world.runtime.advance(150)
    }
    for (const tag of ["ApiKey:list:*", "Region:list:*", "Product:list:*"]) {
      expect((await find(process, tag))?.hits).toBe(100)
    }
  })

  it("counts them for the tags that the entry had when it was hit", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["old"] })
    await process.get("a")
    await process.clear("old")
    await process.load("a", 2, { tags: ["new"] })
    await process.get("a")
    await process.get("a")
    expect([(await find(process, "old"))?.hits, (await find(process, "new"))?.hits]).toEqual([1, 2])
  })

  it("adds up what several processes have counted", async () => {
    const world = new CacheWorld()
    const processes = [open(world), open(world), open(world)]
    await processes[0]?.load("a", 1, { tags: ["t"] })
    await world.runtime.advance(FLUSH_MS * 1.25)
    for (const process of processes) await process.get("a")
    await world.runtime.advance(HITS_MS)
    expect((await find(open(world), "t"))?.hits).toBe(3)
  })

  it("counts hits once when the answer of a swap was lost", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["t"] })
    await flush(process)
    await process.get("a")
    process.server.script = ({ op, key }) => (key === itemOf("t") && op === "set" ? "lost" : undefined)
    await process.world.runtime.advance(HITS_MS)
    // The batch goes again; meanwhile something new has come.
    await process.world.runtime.advance(1_000)
    await process.get("a")
    process.server.script = () => undefined
    await process.world.runtime.advance(HITS_MS * 2)
    expect((await find(open(process.world), "t"))?.hits).toBe(2)
    expect((await find(process, "t"))?.hits).toBe(2)
    expect(process.world.runtime.timers).toBe(END_OF_MINUTE)
  })

  it("keeps what cannot be written, and writes it when Memcached is back", async () => {
    const process = open()
    process.server.script = ({ key }) => (key.includes("~tags") ? "unreachable" : undefined)
    await process.load("a", 1, { tags: ["t"] })
    await process.world.runtime.advance(60_000)
    expect(await process.cache.insight.tags.list()).toMatchObject({ complete: false, tags: [{ tag: "t" }] })
    process.server.script = () => undefined
    await flush(process)
    expect(await names(open(process.world))).toEqual(["t"])
  })

  it("is written at close, hits too", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["t"] })
    await process.get("a")
    await process.cache.close()
    expect((await find(open(process.world), "t"))?.hits).toBe(1)
  })

  it("fills a shard that was evicted again, by the hits on its tags", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["t"] })
    await flush(process)
    process.world.memcached.evict(itemOf("t"))
    await process.get("a")
    await process.world.runtime.advance(HITS_MS)
    expect(await find(open(process.world), "t")).toMatchObject({ tag: "t", hits: 1 })
  })

  it("does not write a tag again because it is stored again", async () => {
    const process = open()
    for (let i = 0; i < 10; i++) {
      await process.load(`key-${i}`, 1, { tags: ["t"] })
      await flush(process)
    }
    const writes = process.server.sent.filter(({ op, key }) => op !== "get" && key === itemOf("t"))
    expect(writes.length).toBeLessThanOrEqual(2)
  })

  it("forgets what nobody has used for a week", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["old", "used"] })
    await process.world.runtime.advance(WEEK_MS / 2)
    await process.load("b", 1, { tags: ["used"] })
    await process.world.runtime.advance(WEEK_MS / 2 + 60_000)
    // Another tag of the same shard, so that it is written.
    const neighbour = tagsOfShard(shardOf(hashOfTag("old")), "n", 1)
    await process.load("c", 1, { tags: neighbour })
    await flush(process)
    expect(await names(open(process.world))).toEqual([...neighbour, "used"].sort())
  })

  it("lets the least recently seen make room, and lists of a type last", async () => {
    const process = open()
    const list = tagsOfShard(5, "Type", 1, ":list:*")
    await process.load("lists", 1, { tags: list })
    const generations = ["a", "b", "c"].map((name) => tagsOfShard(5, name, 128))
    for (const [i, tags] of generations.entries()) {
      await process.world.runtime.advance(10_000)
      await process.load(`key-${i}`, 1, { tags })
      await flush(process)
    }
    const { tags, truncated, complete } = await open(process.world).cache.insight.tags.list()
    expect({ truncated, complete, count: tags.length }).toEqual({ truncated: true, complete: true, count: 256 })
    const known = new Set(tags.map(({ tag }) => tag))
    expect(list.every((tag) => known.has(tag))).toBe(true)
    expect(generations[2]?.every((tag) => known.has(tag))).toBe(true)
    expect(generations[0]?.some((tag) => known.has(tag))).toBe(false)
  })

  it("bounds what waits in the process", async () => {
    const process = open()
    process.server.script = ({ key }) => (key.includes("~tags") ? "unreachable" : undefined)
    for (let i = 0; i < 50; i++) {
      await process.load(`key-${i}`, 1, { tags: Array.from({ length: 1_000 }, (_, tag) => `Product:${i}-${tag}`) })
    }
    const { tags, complete } = await process.cache.insight.tags.list()
    expect(complete).toBe(false)
    expect(tags.length).toBeLessThanOrEqual(SHARDS * 256)
    expect(tags.length).toBeGreaterThan(10_000)
  })

  it("takes hostile tags, and leaves out what is very long", async () => {
    const process = open()
    const hostile = ["line\nbreak", "~head", "*", "😀".repeat(30), '"\\', "\u0000", ":", "a:~b", "__proto__"]
    await process.load("a", 1, { tags: [...hostile, "x".repeat(10_000), "\u0001".repeat(100)] })
    await flush(process)
    expect(await names(open(process.world))).toEqual([...hostile].sort())
    for (const tag of hostile) expect((await find(process, tag))?.tag).toBe(tag)
    expect(await find(process, "x".repeat(10_000))).toBeUndefined()
    for (const key of registryItems(process.world)) expect(key).toMatch(/^medusa:~tags:\d{1,2}$/)
  })

  it("keeps its items below 64 KB whatever the tags are", async () => {
    const process = open()
    const tags = tagsOfShard(3, "ü".repeat(70), 256)
    await process.load("a", 1, { tags })
    await flush(process)
    await process.cache.clear({ tags }, { origin: "admin", actorId: "ü".repeat(5_000) })
    await flush(process)
    const item = process.world.memcached.execute({ op: "get", key: "medusa:~tags:3" }).value
    expect(item?.length).toBeGreaterThan(40_000)
    expect(item?.length).toBeLessThanOrEqual(64 * 1024)
  })

  it("takes no clear whose time is none", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["t"] })
    await flush(process)
    const [key = ""] = registryItems(process.world)
    const now = Math.floor(process.world.runtime.now() / 1000)
    const value = Buffer.from(
      JSON.stringify({ version: 1, evictedAt: 0, batches: [], tags: [["t", now, 0, 1e300, 0]] })
    )
    process.world.memcached.execute(ownItem(key, value))
    expect(await find(open(process.world), "t")).toMatchObject({ tag: "t", lastCleared: null })
  })

  it("starts anew from an item that is no shard", async () => {
    const process = open()
    for (const text of ["{", "[]", '{"tags":[1,["x"],["y","z",1]],"batches":[1]}', "null"]) {
      process.world.memcached.execute(ownItem(itemOf("t"), text))
      expect(await names(open(process.world))).toEqual([])
    }
    await process.load("a", 1, { tags: ["t"] })
    await flush(process)
    expect(await names(open(process.world))).toEqual(["t"])
  })

  it("keeps prefixes apart", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["t"] })
    await flush(process)
    expect(await names(open(process.world, "medusa:eu"))).toEqual([])
  })

  it("notes and sends nothing when nothing is to be shared", async () => {
    const process = new CacheProcess(new CacheWorld(), { statistics: { flushIntervalMs: 0 } })
    await process.load("a", 1, { tags: ["t"] })
    await process.get("a")
    await process.clear("t")
    await process.world.runtime.advance(60_000)
    await process.cache.close()
    expect(process.server.sent.filter(({ key }) => key.includes("~tags"))).toEqual([])
  })

  it("leaves a part that a later version has written alone, and replaces one of an older version", async () => {
    const process = open()
    const { memcached } = process.world
    const write = (item: object) => {
      const value = Buffer.from(JSON.stringify(item))
      memcached.execute(ownItem(itemOf("t"), value))
    }
    const read = (): unknown =>
      JSON.parse(memcached.execute({ op: "get", key: itemOf("t") }).value?.toString() ?? "null")
    const later = { version: 2, evictedAt: 0, batches: [], tags: [["t", CLOCK_START_MS / 1000, 7]] }
    write(later)
    expect(await names(process)).toEqual([])
    await process.load("a", 1, { tags: ["t"] })
    await flush(process)
    expect(read()).toEqual(later)
    expect(await names(open(process.world))).toEqual([])

    write({ version: 0, text: "of another kind" })
    await process.load("b", 1, { tags: ["t"] })
    await flush(process)
    expect(await names(open(process.world))).toEqual(["t"])
    expect(read()).toMatchObject({ version: 1 })
  })
})

describe("KnownTags", () => {
  it("reads Memcached once in two seconds, however many want to know", async () => {
    const process = open()
    const reads = (): number => process.server.sentOf("get", "~tags:").length
    await Promise.all(Array.from({ length: 20 }, () => process.cache.insight.tags.list()))
    expect(reads()).toBe(SHARDS)
    await process.world.runtime.advance(2_000)
    await process.cache.insight.tags.list()
    expect(reads()).toBe(2 * SHARDS)
  })

  it("gives each caller a list of its own", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["t"] })
    const { tags } = await process.cache.insight.tags.list()
    tags.length = 0
    expect(await names(process)).toEqual(["t"])
  })

  it("answers while Memcached is away with what it last knew", async () => {
    const process = open()
    await process.load("a", 1, { tags: ["t"] })
    await flush(process)
    process.server.enter("down")
    expect(await process.cache.insight.tags.list()).toMatchObject({
      complete: false,
      truncated: false,
      tags: [{ tag: "t" }],
    })
    expect(await find(process, "t")).toMatchObject({ tag: "t" })
    expect(await find(process, "other")).toBeUndefined()
  })
})

function tagsOfShard(shard: number, name: string, count: number, suffix = ""): string[] {
  const tags: string[] = []
  for (let i = 0; tags.length < count; i++) {
    const tag = `${name}${i}${suffix}`
    if (shardOf(hashOfTag(tag)) === shard) tags.push(tag)
  }
  return tags
}
