import fc from "fast-check"
import { FakeMemcached } from "../../../../testing/fake-memcached"
import { ManualRuntime, settle } from "../../../../testing/manual-runtime"
import { ScriptedServer } from "../../../../testing/scripted-server"
import { hashOfKey, hashOfTag } from "../../support/hash"
import { type IndexedEntry, IndexShard, linesAbout, SHARDS, shardOf, valueOf } from "../index-shard"
import { KeySpace } from "../../keys"
import { Cluster } from "../../memcached"
import { TagIndex } from "../tag-index"

const HOUR_MS = 3_600_000
const SHARD_BYTES = 1_024

const entryOf = (key: string, ...tags: readonly string[]): IndexedEntry => ({
  key,
  isAnswer: false,
  hashes: [hashOfKey(key), ...tags.map(hashOfTag)],
})

const never = (): boolean => false

const itemOf = (tag: string): string => `medusa:~index:${shardOf(hashOfTag(tag))}`

class Indexed {
  readonly runtime = new ManualRuntime()
  readonly server: ScriptedServer
  readonly index: TagIndex

  readonly #shardBytes: number

  constructor({ enabled = true, itemSizeMaxBytes = 1024 * 1024, shardBytes = SHARD_BYTES } = {}) {
    this.#shardBytes = shardBytes
    const memcached = new FakeMemcached({ now: () => this.runtime.now(), itemSizeMaxBytes })
    this.server = new ScriptedServer(this.runtime, { memcached })
    this.index = this.open(enabled)
  }

  /** Stores what there is in a shard, as another process may have. */
  put(name: string, value: Buffer): void {
    const { status } = this.server.memcached.execute({ op: "set", key: name, value, flags: 0, expiration: 0 })
    expect(status).toBe("ok")
  }

  note(key: string, ...tags: readonly string[]): void {
    this.index.note(entryOf(key, ...tags))
  }

  /** Sweeps keys that have no entry. */
  sweep(tag: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) this.index.noteAbsent(key)
    return this.index.sweep([tag], keys)
  }

  async written(): Promise<void> {
    await this.runtime.advance(100)
  }

  /** Returns the keys that another process finds, which knows what is written and nothing else. */
  stored(...tags: readonly string[]): Promise<string[]> {
    return this.open().keysOf(tags)
  }

  /** Returns what Memcached has in the shard of a tag. */
  shardOf(tag: string): Buffer | undefined {
    return this.server.memcached.execute({ op: "get", key: itemOf(tag) }).value
  }

  /** Counts the lines that are about tags in the shard of a tag. */
  tagLinesIn(tag: string): number {
    const lines = this.shardOf(tag)?.toString().split("\n") ?? []
    return lines.filter((line) => line !== "" && !line.includes("=")).length
  }

  /** The index of another process. */
  open(enabled = true): TagIndex {
    const options = { enabled, retentionSeconds: 86_400, maxBytes: SHARDS * this.#shardBytes }
    return new TagIndex(new KeySpace("medusa"), this.runtime, new Cluster([this.server]), options)
  }
}

describe("the tag index", () => {
  it("costs no request when an entry is stored, and is written soon after, each shard in one request", async () => {
    const indexed = new Indexed()
    const tags = Array.from({ length: 1_000 }, (_, i) => `tag-${i}`)
    indexed.note("k1", ...tags)
    indexed.note("k2", ...tags)
    expect(indexed.server.sent).toEqual([])

    await indexed.written()
    expect(indexed.server.sentOf("add")).toHaveLength(SHARDS)
    expect(indexed.server.sentOf("append")).toHaveLength(0)
    expect(await indexed.stored("tag-0")).toEqual(["k1", "k2"])
    expect(await indexed.stored("tag-999")).toEqual(["k1", "k2"])

    indexed.note("k3", "tag-0")
    await indexed.written()
    expect(indexed.server.sentOf("add")).toHaveLength(SHARDS)
    expect(indexed.server.sentOf("append").length).toBeLessThanOrEqual(2)
    expect(await indexed.stored("tag-0")).toEqual(["k1", "k2", "k3"])
  })

  it("appends to shards of another process, and adds those that have expired", async () => {
    const indexed = new Indexed()
    for (const { shard, lines } of linesAbout([entryOf("theirs", "a")])) {
      const item = { key: `medusa:~index:${shard}`, value: valueOf(lines), flags: 0, expiration: 0 }
      indexed.server.memcached.execute({ op: "add", ...item })
    }
    indexed.note("k1", "a", "b")
    await indexed.written()
    expect(await indexed.stored("a")).toEqual(["theirs", "k1"])

    indexed.server.memcached.execute({ op: "delete", key: itemOf("b") })
    indexed.note("k2", "a", "b")
    await indexed.written()
    expect(await indexed.stored("a")).toEqual(["theirs", "k1", "k2"])
    expect(await indexed.stored("b")).toEqual(["k2"])
  })

  it("finds keys before and after they were written, each once", async () => {
    const indexed = new Indexed()
    indexed.note("k1", "a", "b")
    expect(await indexed.index.keysOf(["a", "b"])).toEqual(["k1"])

    await indexed.written()
    indexed.note("k2", "b")
    expect(new Set(await indexed.index.keysOf(["a", "b"]))).toEqual(new Set(["k1", "k2"]))
    expect(await indexed.index.keysOf(["c"])).toEqual([])
  })

  it("finds keys while they are being written", async () => {
    const indexed = new Indexed()
    indexed.server.script = ({ op }) => (op === "add" ? "unreachable" : undefined)
    indexed.server.held = true
    indexed.note("k", "a")
    await indexed.written()
    expect(indexed.server.sentOf("add").length).toBeGreaterThan(0)
    expect(indexed.shardOf("a")).toBeUndefined()

    const found = indexed.index.keysOf(["a"])
    indexed.server.release()
    expect(await found).toEqual(["k"])
  })

  it("reads each shard once, however many tags and keys there are", async () => {
    const indexed = new Indexed()
    const tags = Array.from({ length: 200 }, (_, i) => `tag-${i}`)
    for (let i = 0; i < 20; i++) indexed.note(`k${i}`, ...tags.slice(0, 5))
    await indexed.written()
    const lists = await indexed.index.listsOf(tags)

    expect([lists?.size, lists?.get("tag-4")?.length, lists?.get("tag-5")]).toEqual([200, 20, []])
    expect(indexed.server.sentOf("get").length).toBeLessThanOrEqual(SHARDS)
  })

  it("is read in parts, with turns for other work in between", async () => {
    const indexed = new Indexed({ shardBytes: 128 * 1_024 })
    for (let i = 0; i < 500; i++) indexed.note(`k${i}`, "a")
    await indexed.written()
    indexed.server.sent.length = 0
    const found = indexed.open().keysOf(["a"])
    const sent: number[] = []
    let isFound = false
    void found.then(() => (isFound = true))
    while (!isFound) {
      sent.push(indexed.server.sent.splice(0).length)
      await new Promise<void>((resolve) => setImmediate(resolve))
    }

    expect(await found).toHaveLength(500)
    expect(Math.max(...sent)).toBeLessThanOrEqual(8)
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(SHARDS)
    expect(sent.length).toBeGreaterThan(SHARDS)
  })

  it("is read no further when nobody waits any more", async () => {
    const indexed = new Indexed({ shardBytes: 128 * 1_024 })
    for (let i = 0; i < 500; i++) indexed.note(`k${i}`, "a")
    await indexed.written()
    indexed.server.sent.length = 0
    let reads = 0
    indexed.server.script = () => void (reads += 1)

    expect((await indexed.open().jsonKeysOf(["a"], () => reads > 1)).length).toBeLessThan(100)
    expect(reads).toBeLessThan(16)
  })

  it("leaves out tags of which it cannot read the keys", async () => {
    const indexed = new Indexed()
    indexed.note("k", "a")
    await indexed.written()
    const naming = `medusa:~index:${shardOf(hashOfKey("k"))}`
    expect(naming).not.toBe(itemOf("a"))
    indexed.server.script = (command) => (command.key === naming ? "unreachable" : undefined)
    const lists = await indexed.index.listsOf(["a", "none"])

    expect([...(lists ?? [])]).toEqual([["none", []]])
    indexed.server.script = () => "unreachable"
    expect(await indexed.index.listsOf(["a"])).toBeUndefined()
  })

  it("writes an entry once, however often it is stored", async () => {
    const indexed = new Indexed()
    for (let i = 0; i < 20; i++) {
      indexed.note("k", "a", "b")
      await indexed.written()
    }

    expect(indexed.server.sentOf("add").length).toBeLessThanOrEqual(3)
    expect(indexed.server.sentOf("append")).toHaveLength(0)
  })

  it("writes an entry again when it has other tags", async () => {
    const indexed = new Indexed()
    indexed.note("k", "a", "b")
    await indexed.written()
    indexed.note("k", "a", "c")
    await indexed.written()

    expect(await indexed.stored("c")).toEqual(["k"])
  })

  it("writes an entry again after an hour, as another process may have removed it", async () => {
    const indexed = new Indexed()
    indexed.note("k", "a")
    await indexed.runtime.advance(HOUR_MS - 1_000)
    indexed.note("k", "a")
    await indexed.written()
    expect(indexed.tagLinesIn("a")).toBe(1)

    await indexed.runtime.advance(1_000)
    indexed.note("k", "a")
    await indexed.written()
    expect(indexed.tagLinesIn("a")).toBe(2)
  })

  it("loses what is in use for moments only when shards expire or are evicted", async () => {
    const indexed = new Indexed()
    indexed.note("k1", "a")
    indexed.note("k2", "a")
    await indexed.written()
    await indexed.runtime.advance(24 * HOUR_MS - 10_000)
    indexed.note("k1", "a")
    await indexed.written()
    await indexed.runtime.advance(10_000)
    expect(indexed.shardOf("a")).toBeUndefined()

    // The first that is stored shows that the shard was lost.
    indexed.note("k2", "a")
    await indexed.written()
    indexed.note("k1", "a")
    await indexed.written()
    expect(new Set(await indexed.stored("a"))).toEqual(new Set(["k1", "k2"]))
  })

  it("is written again where other servers have the shards", async () => {
    const indexed = new Indexed()
    indexed.note("k", "a")
    await indexed.written()
    indexed.server.memcached.restart()
    indexed.index.serversChanged()
    indexed.note("k", "a")
    await indexed.written()

    expect(await indexed.stored("a")).toEqual(["k"])
  })

  it("finds answers for people, and not for lookups by tags", async () => {
    const indexed = new Indexed()
    indexed.note("json", "a")
    indexed.index.note({ ...entryOf("/store/products", "a"), isAnswer: true })
    expect(await indexed.index.jsonKeysOf(["a"], never)).toEqual(["json"])
    await indexed.written()

    expect(new Set(await indexed.stored("a"))).toEqual(new Set(["json", "/store/products"]))
    expect(await indexed.open().jsonKeysOf(["a"], never)).toEqual(["json"])
  })

  it("gives a lookup by tags the newest keys first, and no more than 2,000", async () => {
    const indexed = new Indexed({ shardBytes: 128 * 1_024 })
    for (let i = 0; i < 2_100; i++) indexed.note(`k${i}`, "a")
    await indexed.written()
    const found = await indexed.open().jsonKeysOf(["a"], never)

    expect(found).toHaveLength(2_000)
    expect([found[0], found.at(-1)]).toEqual(["k2099", "k100"])
  })

  it("counts a key that was stored again among the newest", async () => {
    const indexed = new Indexed({ shardBytes: 128 * 1_024 })
    indexed.note("again", "a")
    await indexed.written()
    for (let i = 0; i < 2_000; i++) indexed.note(`k${i}`, "a")
    await indexed.runtime.advance(HOUR_MS)
    indexed.note("again", "a")
    await indexed.written()

    expect((await indexed.open().jsonKeysOf(["a"], never)).slice(0, 2)).toEqual(["again", "k1999"])
  })

  it("gives a lookup by several tags the newest keys of each", async () => {
    const indexed = new Indexed({ shardBytes: 128 * 1_024 })
    expect(itemOf("a")).not.toBe(itemOf("b"))
    for (let i = 0; i < 2_000; i++) indexed.note(`old-${i}`, "b")
    await indexed.written()
    for (let i = 0; i < 10; i++) indexed.note(`new-${i}`, "a")
    await indexed.written()
    const found = await indexed.open().jsonKeysOf(["a", "b"], never)

    expect(found).toHaveLength(2_000)
    expect(found.slice(0, 4)).toEqual(["new-9", "old-1999", "new-8", "old-1998"])
    expect(found).toContain("new-0")
  })

  it("is written again after the shards were lost", async () => {
    const indexed = new Indexed()
    indexed.note("k", "a")
    await indexed.written()
    indexed.server.enter("down")
    indexed.server.memcached.restart()
    indexed.server.enter("ready")
    indexed.note("k", "a")
    await indexed.written()

    expect(await indexed.stored("a")).toEqual(["k"])
  })

  it("is written again when it could not be written at first", async () => {
    const indexed = new Indexed()
    indexed.server.script = () => "unreachable"
    indexed.note("k", "a")
    await indexed.written()
    indexed.server.script = () => undefined
    indexed.note("k", "a")
    await indexed.written()

    expect(await indexed.stored("a")).toEqual(["k"])
  })

  it("replaces a shard that is too large to be read", async () => {
    const indexed = new Indexed()
    indexed.put(itemOf("a"), Buffer.alloc(8 * SHARD_BYTES + 1, "\n"))
    for (let i = 0; i < 60; i++) indexed.note(`key-${i}`, "a")
    await indexed.written()
    expect(indexed.shardOf("a")).toHaveLength(0)

    indexed.note("k", "a")
    await indexed.written()
    expect(await indexed.stored("a")).toEqual(["k"])
  })

  it("keeps each shard bounded, with its newest keys", async () => {
    const indexed = new Indexed()
    let largest = 0
    for (let i = 0; i < 400; i++) {
      indexed.note(`key-${i}`, "a")
      await indexed.written()
      largest = Math.max(largest, indexed.shardOf("a")?.length ?? 0)
    }

    expect(largest).toBeLessThanOrEqual(2 * SHARD_BYTES)
    const found = await indexed.stored("a")
    expect(found).toContain("key-399")
    expect(found).not.toContain("key-0")
  })

  it("keeps each shard within what a server takes", async () => {
    const indexed = new Indexed({ itemSizeMaxBytes: 512 })
    for (let i = 0; i < 400; i++) {
      indexed.note(`key-${i}`, "a")
      await indexed.written()
    }

    expect(await indexed.stored("a")).toContain("key-399")
    expect(await indexed.stored("a")).not.toContain("key-0")
  })

  it("rewrites a shard that others have filled", async () => {
    const indexed = new Indexed({ itemSizeMaxBytes: 4_096 })
    indexed.put(itemOf("a"), valueOf(Array.from({ length: 334 }, (_, i) => `${String(i).padStart(8, "x")}abc`)))
    indexed.note("k0", "a")
    indexed.note("k", "a")
    await indexed.written()
    expect(indexed.shardOf("a")?.length).toBeLessThanOrEqual(SHARD_BYTES / 2)

    indexed.note("k", "a")
    await indexed.written()
    expect(await indexed.stored("a")).toEqual(["k"])
  })

  it("loses dead keys when a reader finds many, and takes them again when they are stored again", async () => {
    const indexed = new Indexed()
    const keys = Array.from({ length: 12 }, (_, i) => `k${i}`)
    for (const key of keys) indexed.note(key, "a")
    await indexed.written()
    await indexed.sweep("a", keys.slice(0, 10))
    expect(await indexed.stored("a")).toEqual(["k10", "k11"])

    indexed.note("k1", "a")
    await indexed.written()
    expect(await indexed.stored("a")).toEqual(["k10", "k11", "k1"])
  })

  it("loses nothing but the dead keys when it is swept", async () => {
    const indexed = new Indexed()
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`)
    for (const key of keys) indexed.note(key, "a")
    await indexed.written()
    expect(indexed.shardOf("a")?.length).toBeGreaterThan(SHARD_BYTES / 2)
    await indexed.sweep("a", keys.slice(0, 8))

    expect(await indexed.stored("a")).toEqual(keys.slice(8))
  })

  it("loses no names of other keys when it is swept, also if they take most of a shard", async () => {
    const indexed = new Indexed({ shardBytes: 4 * 1_024 })
    const named = Array.from({ length: 2_000 }, (_, i) => `${"k".repeat(60)}-${i}`)
      .filter((key) => shardOf(hashOfKey(key)) === shardOf(hashOfTag("a")))
      .slice(0, 30)
    for (const key of named) indexed.note(key, "other")
    const dead = Array.from({ length: 10 }, (_, i) => `dead-${i}`)
    for (const key of dead) indexed.note(key, "a")
    await indexed.written()
    await indexed.sweep("a", dead)

    expect(await indexed.stored("a")).toEqual([])
    expect(await indexed.stored("other")).toEqual(named)
  })

  it("keeps keys that were stored again since they were found dead", async () => {
    const indexed = new Indexed()
    const keys = Array.from({ length: 10 }, (_, i) => `k${i}`)
    for (const key of keys) indexed.note(key, "a")
    await indexed.written()
    for (const key of keys) indexed.index.noteAbsent(key)
    indexed.note("k1", "a")
    await indexed.written()
    await indexed.index.sweep(["a"], keys)

    expect(await indexed.stored("a")).toEqual(["k1"])
  })

  it("writes an entry again that is stored after it was absent, as another process may have removed it", async () => {
    const indexed = new Indexed()
    indexed.note("k", "a")
    await indexed.written()
    indexed.index.noteAbsent("k")
    indexed.note("k", "a")
    await indexed.written()

    expect(indexed.tagLinesIn("a")).toBe(2)
  })

  it("is not rewritten for a few dead keys", async () => {
    const indexed = new Indexed()
    for (const key of ["k1", "k2", "k3"]) indexed.note(key, "a")
    await indexed.written()
    await indexed.sweep("a", ["k1", "k2"])

    expect(indexed.server.sentOf("set")).toHaveLength(0)
  })

  it("loses nothing that somebody appends while it is swept", async () => {
    const indexed = new Indexed()
    const keys = Array.from({ length: 12 }, (_, i) => `k${i}`)
    for (const key of keys) indexed.note(key, "a")
    await indexed.written()
    indexed.server.script = (command) => {
      if (command.op === "set") {
        indexed.server.script = () => undefined
        const [line = ""] = linesAbout([entryOf("k99", "a")])
          .filter(({ shard }) => shard === shardOf(hashOfTag("a")))
          .flatMap(({ lines }) => lines)
        indexed.server.memcached.execute({ op: "append", key: command.key, value: valueOf([line]) })
      }
      return undefined
    }
    await indexed.sweep("a", keys)

    const found = new IndexShard(indexed.shardOf("a")).idsWith([hashOfTag("a")])
    expect(found.size).toBe(13)
  })

  it("leaves out keys with a line break, which would be two, and long ones of answers, and takes any other", async () => {
    const indexed = new Indexed()
    indexed.note("two\nlines", "a")
    indexed.index.note({ ...entryOf("k".repeat(501), "a"), isAnswer: true })
    await indexed.written()
    expect(indexed.server.sent).toEqual([])

    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string({ unit: "binary" }),
        async (key, tag) => {
          fc.pre(!key.includes("\n"))
          const fresh = new Indexed()
          fresh.note(key, tag)
          await fresh.written()
          expect(await fresh.stored(tag)).toEqual([key])
        }
      ),
      { numRuns: 50 }
    )
  })

  it("can be turned off", async () => {
    const indexed = new Indexed({ enabled: false })
    indexed.note("k", "a")
    await indexed.written()

    expect(indexed.server.sent).toEqual([])
    expect(await indexed.index.listsOf(["a"])).toBeUndefined()
  })

  it("lets the event loop turn between large parts", async () => {
    const indexed = new Indexed()
    const tags = Array.from({ length: 1_000 }, (_, i) => `tag-${i}`)
    for (let i = 0; i < 5; i++) indexed.note(`k${i}`, ...tags)
    const written = new Set<number>()
    void indexed.runtime.advance(100)
    for (let turn = 0; turn < 40; turn++) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      written.add(indexed.server.sentOf("add").length + indexed.server.sentOf("append").length)
    }

    expect([...written]).toEqual([0, SHARDS, 2 * SHARDS, 3 * SHARDS])
  })

  it("takes no more than so many tags that wait, and asks a server that is down for nothing", async () => {
    const indexed = new Indexed()
    const tags = Array.from({ length: 999 }, (_, i) => `tag-${i}`)
    for (let i = 0; i < 60; i++) indexed.note(`k${i}`, ...tags)
    expect(await indexed.index.keysOf(["tag-0"])).toHaveLength(50)
    indexed.server.sent.length = 0
    indexed.server.enter("down")
    await indexed.written()
    await settle()

    expect(indexed.server.sent).toEqual([])
    indexed.server.enter("ready")
    indexed.note("k59", ...tags)
    await indexed.written()
    expect(await indexed.stored("tag-0")).toEqual(["k59"])
  })

  it("writes nothing after it was closed", async () => {
    const indexed = new Indexed()
    indexed.note("k", "a")
    await indexed.index.close()
    await indexed.written()

    expect(indexed.server.sent).toEqual([])
    expect(indexed.runtime.timers).toBe(0)
  })
})
