import { brotliCompressSync } from "node:zlib"
import { encodeEntry, Entry, type Section } from "../codec/entry"
import { hashOfKey } from "../support/hash"
import { encodeHead } from "../log/head"
import { CacheProcess, CacheWorld } from "../../../testing/cache-process"
import { COMPRESSED, PLAIN } from "../../../testing/compression"
import { entryItem, ownItem } from "../../../testing/stored-items"

const HEAD = "medusa:~head"

const stored = (world: CacheWorld, key: string): { value: Buffer; flags: number } => {
  const { value, flags = 0 } = world.memcached.execute({ op: "get", key })
  if (!value) throw new Error(`${key} is not stored`)
  return { value, flags }
}

/** Every altered copy of a stored item, each with one bit flipped. */
function* flipped(world: CacheWorld, key: string): Generator<{ key: string; value: Buffer; flags: number }> {
  const { value, flags } = stored(world, key)
  for (let bit = 0; bit < value.length * 8; bit++) {
    const damaged = Buffer.from(value)
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    yield { key, value: damaged, flags }
  }
}

const put = (world: CacheWorld, item: { key: string; value: Buffer; flags: number }): unknown =>
  world.memcached.execute({ op: "set", expiration: 0, ...item })

describe("an item with one bit flipped", () => {
  it.each([
    ["plain", PLAIN, { title: "a shirt" }],
    ["compressed", COMPRESSED, { title: "a shirt ".repeat(20) }],
  ])("is never served: %s entries, valid or cleared", async (_, options, data) => {
    const world = new CacheWorld()
    const shop = new CacheProcess(world, options)
    await shop.load("k", data, { tags: ["t", "u"] })
    let served = 0
    const items = [...flipped(world, "medusa:k")]
    for (const clears of [0, 1]) {
      if (clears > 0) await shop.clear("t")
      for (const item of items) {
        put(world, item)
        if ((await shop.get("k")) !== null) served += 1
      }
    }

    expect(items.length).toBeGreaterThan(750)
    expect(served).toBe(0)
  })

  it("voids the log when it is the head: nothing is served by it, whoever knows the head", async () => {
    const world = new CacheWorld()
    const shop = new CacheProcess(world)
    await shop.load("k", 1, { tags: ["t"] })
    await shop.clear("t")
    await shop.load("k", 2, { tags: ["t"] })
    const head = stored(world, HEAD)
    const { value: entry } = stored(world, "medusa:k")
    const served: unknown[] = []
    for (const item of [...flipped(world, HEAD)]) {
      put(world, { key: HEAD, ...head })
      world.memcached.execute(entryItem("medusa:k", entry))
      const knowing = new CacheProcess(world)
      expect(await knowing.get("k")).toBe(2)
      for (const reader of [knowing, new CacheProcess(world)]) {
        put(world, item)
        served.push(await reader.get("k"))
      }
    }

    expect(served.length).toBeGreaterThan(400)
    expect(served.filter((found) => found !== null)).toEqual([])
  })

  it("voids what it might have cleared when it is a record", async () => {
    const world = new CacheWorld()
    const shop = new CacheProcess(world)
    await shop.load("k", 1, { tags: ["t"] })
    const { value: entry } = stored(world, "medusa:k")
    await shop.clear("t")
    for (let i = 0; i < 8; i++) await shop.clear(`other-${i}`)
    world.memcached.execute(entryItem("medusa:k", entry))
    const name = world.memcached.keys().find((key) => key.includes("~log:"))
    if (!name) throw new Error("no record has left the head")
    const served: unknown[] = []
    for (const item of [...flipped(world, name)]) {
      put(world, item)
      served.push(await new CacheProcess(world).get("k"))
    }

    expect(served.length).toBeGreaterThan(150)
    expect(served.filter((found) => found !== null)).toEqual([])
  })

  it("is no record under the name of another", async () => {
    const world = new CacheWorld()
    const shop = new CacheProcess(world)
    await shop.load("k", 1, { tags: ["t"] })
    const { value: entry } = stored(world, "medusa:k")
    await shop.clear("other")
    await shop.clear("t")
    for (let i = 0; i < 8; i++) await shop.clear(`other-${i}`)
    world.memcached.execute(entryItem("medusa:k", entry))
    const [first = "", second = ""] = world.memcached.keys().filter((key) => key.includes("~log:"))
    put(world, { key: second, ...stored(world, first) })

    expect(await new CacheProcess(world).get("k")).toBeNull()
  })
})

describe("a hostile entry", () => {
  const header = { version: 0, autoInvalidate: true, expiresAtMs: 0, storedAtMs: 0, costMicros: 0 }
  const NONE: Section = { bytes: Buffer.alloc(0), rawBytes: 0, algorithm: undefined }
  const folded = (json: Buffer, rawBytes = json.length): Section => ({
    bytes: brotliCompressSync(json),
    rawBytes,
    algorithm: "brotli",
  })

  async function found(payload: Section, names: Section, options = {}): Promise<{ data: unknown; reason: unknown }> {
    const shop = new CacheProcess(new CacheWorld(), options)
    await shop.cache.connect()
    const epoch = shop.cache.logStatus().known?.epoch ?? 0
    const bytes = encodeEntry({ ...header, epoch }, payload, names, [hashOfKey("k"), 1])
    shop.world.memcached.execute(entryItem("medusa:k", bytes))
    const data = await shop.get("k")
    return { data, reason: shop.cache.insight.statistics.snapshot().misses }
  }

  it("that says truly that it unfolds into more than the limit is not unfolded", async () => {
    const bomb = folded(Buffer.from(`[${"{},".repeat(3_000_000)}{}]`))
    expect(bomb.bytes.length).toBeLessThan(16 * 1024)
    const { data, reason } = await found(bomb, NONE)

    expect(data).toBeNull()
    expect(reason).toMatchObject({ unreadable: 1 })
  })

  it("that says it is small and unfolds into much is given up early", async () => {
    expect((await found(folded(Buffer.alloc(64 * 1024 * 1024), 1_000), NONE)).data).toBeNull()
  })

  it("is a miss as well when it is as large without being folded", async () => {
    const bytes = Buffer.from(`"${"x".repeat(5_000)}"`)
    const section = { bytes, rawBytes: 1, algorithm: undefined }

    expect((await found(section, NONE, { maxValueBytes: 5_001 })).data).toBeNull()
    expect((await found(section, NONE, { maxValueBytes: 5_002 })).data).toHaveLength(5_000)
  })

  it("with more names than any entry has is served, and its names are not unfolded", async () => {
    const value = { bytes: Buffer.from("1"), rawBytes: 1, algorithm: undefined }
    const names = folded(Buffer.from(`[${'"",'.repeat(5_000_000)}""]`))
    const read = jest.spyOn(Entry.prototype, "names", "get")
    try {
      expect((await found(value, names, { statistics: { flushIntervalMs: 5_000 } })).data).toBe(1)
      expect(read).toHaveBeenCalled()
    } finally {
      read.mockRestore()
    }
  })
})

describe("a value that is larger than the limit", () => {
  it("is not stored, says why, and leaves no older one behind", async () => {
    const shop = new CacheProcess(new CacheWorld(), { maxValueBytes: 1_024 })
    await shop.load("k", "small")
    const outcome = await shop.load("k", "x".repeat(1_024))

    expect(outcome).toMatchObject({ stored: false, reason: "too_large" })
    expect(await shop.get("k")).toBeNull()
    expect(shop.warnings[0]).toMatch(/more than 1024 bytes.*maxValueBytes/)
  })

  it("is stored without its tags' names when these are too many to be shown", async () => {
    const shop = new CacheProcess(new CacheWorld())
    const tags = Array.from({ length: 20_000 }, (_, i) => `Product:prod_${i}_${"x".repeat(20)}`)
    await shop.load("k", 1, { tags })

    expect(await shop.get("k")).toBe(1)
    expect((await shop.cache.insight.inspector.inspect("k")).tags).toEqual([])
    await shop.clear(tags[19_999] ?? "")
    expect(await shop.get("k")).toBeNull()
  })
})

describe("a head at the end of its numbers", () => {
  it("is replaced by a new log, and clears go on", async () => {
    const world = new CacheWorld()
    world.memcached.execute(
      ownItem(HEAD, encodeHead({ epoch: 7, version: 2 ** 48 - 1, members: [], open: [], tail: [] }))
    )
    const shop = new CacheProcess(world)
    expect(await shop.clear("t")).toEqual({ status: "applied" })
    await shop.load("k", 1, { tags: ["t"] })

    expect(await shop.get("k")).toBe(1)
    expect(await new CacheProcess(world).get("k")).toBe(1)
  })
})
