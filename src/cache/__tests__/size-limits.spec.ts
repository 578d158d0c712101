import { encodeHead, decodeHead } from "../log/head"
import { decodeRecord, encodeRecord, type LogRecord, MAX_RECORD_HASHES } from "../log/record"
import { Cluster } from "../memcached"
import { largestItemOf } from "../entry-contents"
import { hashOfKey, hashOfTag } from "../support/hash"
import { linesAbout, valueOf } from "../tag-index/index-shard"
import { TagIndex } from "../tag-index/tag-index"
import { JsonItems, MAX_JSON_BYTES } from "../insight/json-items"
import { KeySpace } from "../keys"
import { MAX_BUCKET_BYTES } from "../insight/bucket"
import { CacheProcess, CacheWorld } from "../../../testing/cache-process"
import { CLOCK_START_MS, ManualRuntime } from "../../../testing/manual-runtime"
import { ScriptedServer } from "../../../testing/scripted-server"
import { ownItem } from "../../../testing/stored-items"

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** "Sizes" in docs/architecture.md. Entries are in damaged-items.spec.ts, answers of the server in memcached/__tests__/response-bounds.spec.ts. */
describe("what is read from Memcached", () => {
  it("is no head when it is larger than 16 KB", () => {
    const record: LogRecord = { id: 1, everything: false, explicit: range(8), automatic: [] }
    const of = (count: number): Buffer =>
      encodeHead({ epoch: 1, version: 255, members: [], open: [], tail: new Array<LogRecord>(count).fill(record) })
    const large: LogRecord = { ...record, explicit: range(3_000) }

    expect(decodeHead(of(255))).toBeDefined()
    expect(decodeHead(encodeHead({ epoch: 1, version: 1, members: [], open: [], tail: [large] }))).toBeUndefined()
  })

  it("is no record when it has more than 50,000 hashes", () => {
    const of = (count: number): Buffer =>
      encodeRecord({ id: 1, everything: false, explicit: range(count - 1), automatic: [1] })

    expect(decodeRecord(of(MAX_RECORD_HASHES))).toBeDefined()
    expect(decodeRecord(of(MAX_RECORD_HASHES + 1))).toBeUndefined()
  })

  it("is no entry when it is larger than the largest value with its tags, and is not taken from the wire then", async () => {
    const shop = new CacheProcess(new CacheWorld(), { maxValueBytes: 1_024 })
    await shop.get("k")
    await shop.cache.insight.inspector.inspect("k")
    await shop.load("t", 1, { tags: ["tag"] })
    await shop.cache.get({ tags: ["tag"] })
    const limits = shop.server.sentOf("get").flatMap((command) => {
      const isOfEntry = "key" in command && /^medusa:[a-z]/.test(command.key)
      return isOfEntry && command.op === "get" ? [command.maxBytes] : []
    })

    expect(limits.length).toBeGreaterThan(3)
    expect(new Set(limits)).toEqual(new Set([largestItemOf(1_024)]))
  })

  it("is no JSON item when it is larger than 64 KB", async () => {
    const world = new CacheWorld()
    const items = new JsonItems(new ScriptedServer(world.runtime, { memcached: world.memcached }), world.runtime)
    const ofSize = (bytes: number): string => JSON.stringify("x".repeat(bytes - 2))
    for (const [bytes, isRead] of [[MAX_JSON_BYTES, true] as const, [MAX_JSON_BYTES + 1, false] as const]) {
      world.memcached.execute(ownItem("a", ofSize(bytes)))
      const reading = await items.read("a")
      expect(reading.status === "ok" && reading.value !== undefined).toBe(isRead)
    }
  })

  it("is no bucket of statistics when it is larger than 16 KB", async () => {
    const item = { version: 1, flushes: [] as unknown[], all: { lookups: 5 }, types: [] }
    for (const [bytes, lookups] of [[MAX_BUCKET_BYTES, 5] as const, [MAX_BUCKET_BYTES + 1, 0] as const]) {
      const world = new CacheWorld()
      const padding = bytes - JSON.stringify({ ...item, flushes: [["", 1]] }).length
      const json = JSON.stringify({ ...item, flushes: [["x".repeat(padding), 1]] })
      world.memcached.execute(ownItem(`medusa:~stats:60:${Math.floor(CLOCK_START_MS / 60_000)}`, json))

      expect(
        (await new CacheProcess(world, { statistics: { flushIntervalMs: 5_000 } }).cache.insight.timeSeries.read("1h"))
          .totals.lookups
      ).toBe(lookups)
    }
  })

  it("is no shard of the tag index when it is larger than eight times what it is rewritten at", async () => {
    const runtime = new ManualRuntime()
    const server = new ScriptedServer(runtime)
    const options = { enabled: true, retentionSeconds: 60, maxBytes: 64 * 1_024 }
    const index = new TagIndex(new KeySpace("medusa"), runtime, new Cluster([server]), options)
    const shards = linesAbout([{ key: "k", isAnswer: false, hashes: [hashOfKey("k"), hashOfTag("t")] }])
    for (const { shard, lines } of shards) {
      server.memcached.execute(ownItem(`medusa:~index:${shard}`, valueOf(lines).toString()))
    }
    expect(await index.keysOf(["t"])).toEqual(["k"])
    for (const [size, found] of [[8_192, ["k"]] as const, [8_193, []] as const]) {
      for (const { shard, lines } of shards) {
        const text = valueOf(lines).toString().padEnd(size, "\n")
        server.memcached.execute(ownItem(`medusa:~index:${shard}`, text))
      }
      expect(await index.keysOf(["t"])).toEqual(found)
    }
  })
})
