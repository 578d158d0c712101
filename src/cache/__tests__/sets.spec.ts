import { CacheProcess, CacheWorld } from "../../../testing/cache-process"
import { COMPRESSED, PLAIN } from "../../../testing/compression"
import { settle } from "../../../testing/manual-runtime"
import { inOwnFlow } from "../../../testing/own-flow"
import { inFlow, loadRecordings } from "../loads/load-tracker"

const MEGABYTE = "x".repeat(1_000_000)

async function connected(options = PLAIN): Promise<CacheProcess> {
  const shop = new CacheProcess(new CacheWorld(), options)
  await shop.cache.connect()
  return shop
}

const store = (shop: CacheProcess, key: string, data: unknown, ttl = 3600): Promise<unknown> =>
  Promise.resolve().then(() => shop.cache.set({ key, data, ttl }))

describe("what a set is given", () => {
  it("may be changed as soon as the call has returned: data, tags and the input itself", async () => {
    const shop = await connected()
    const input = { key: "k", data: { price: 10, list: [1] }, tags: ["a"], ttl: 3600 }
    const call = shop.cache.set(input)
    input.data.price = 99
    input.data.list.push(2)
    input.tags[0] = "b"
    input.tags.push("c")
    input.key = "other"
    await call
    expect(await shop.get("k")).toEqual({ price: 10, list: [1] })

    await shop.clear("b", "c")
    expect(await shop.get("k")).toEqual({ price: 10, list: [1] })
    await shop.clear("a")
    expect(await shop.get("k")).toBeNull()
  })

  it("is found by the tags that it had at the call", async () => {
    const shop = await connected()
    const input = { key: "k", data: 1, tags: ["a"], ttl: 3600 }
    const call = shop.cache.set(input)
    input.tags[0] = "b"
    input.key = "other"
    await call

    expect(await shop.cache.get({ tags: ["a"] })).toEqual([1])
    expect(await shop.cache.get({ tags: ["b"] })).toEqual([])
  })

  it("is found by each of its tags, also when some are repeated", async () => {
    const shop = await connected()
    await shop.cache.set({ key: "k", data: 1, tags: ["a", "a", "a", "b", "c"], ttl: 3600 })

    for (const tag of ["a", "b", "c"]) expect(await shop.cache.get({ tags: [tag] })).toEqual([1])
  })

  it("is found by its tags again after Memcached was restarted and it was stored anew", async () => {
    const shop = await connected()
    await shop.load("k", 1, { tags: ["a"] })
    await shop.world.runtime.advance(100)
    shop.world.memcached.restart()
    shop.server.reconnect()
    await shop.load("k", 2, { tags: ["a"] })
    await shop.world.runtime.advance(100)

    expect(await shop.get("k")).toBe(2)
    expect(await shop.cache.get({ tags: ["a"] })).toEqual([2])
  })

  it("never makes the call throw, also with tags that are no strings", async () => {
    const shop = await connected()
    const tags = ["a", undefined, null, 5] as unknown as string[]
    const outcome = Promise.resolve().then(() => shop.cache.set({ key: "k", data: 1, tags, ttl: 3600 }))

    expect(await outcome).toMatchObject({ stored: true })
    expect(await Promise.resolve().then(() => shop.cache.clear({ tags }))).toEqual({ status: "applied" })
    expect(await Promise.resolve().then(() => shop.cache.get({ tags }))).toEqual([])
  })
})

describe("what cannot be cached", () => {
  const circular: { self?: unknown } = {}
  circular.self = circular
  const throwing = {
    toJSON: (): never => {
      throw new Error("no JSON")
    },
  }
  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a BigInt", 1n],
    ["a circle", circular],
    ["something that throws", throwing],
    ["what is null as JSON, as it would be for a lookup", NaN],
    ["what says that it is null as JSON", { toJSON: () => null }],
  ])("is not stored, and no older value is served in its place: %s", async (_, data) => {
    const shop = await connected()
    await store(shop, "k", "old")

    expect(await store(shop, "k", data)).toEqual({ stored: false, reason: "not_cacheable" })
    expect(await shop.get("k")).toBeNull()
  })

  it("is not served in place of an older value that was still on its way, either", async () => {
    const shop = await connected(COMPRESSED)
    const older = store(shop, "k", "old ".repeat(20_000))
    const newer = store(shop, "k", null)
    await Promise.all([older, newer])

    expect(await shop.get("k")).toBeNull()
  })

  it.each([-1, NaN, -Infinity, "1h" as unknown as number])("is anything with a TTL of %p", async (ttl) => {
    const shop = await connected()
    await store(shop, "k", "old")

    expect(await store(shop, "k", "new", ttl)).toEqual({ stored: false, reason: "not_cacheable" })
    expect(await shop.get("k")).toBeNull()
  })

  it("are not the values that only look empty", async () => {
    const shop = await connected()
    for (const data of [0, "", false, [], {}]) {
      await store(shop, "k", data)
      expect(await shop.get("k")).toEqual(data)
    }
  })
})

describe("the answer of a query", () => {
  const ANSWERS = [
    { data: [] },
    { data: [], metadata: { count: 0, skip: 0, take: 50 } },
    { data: [{ title: "Without its id" }] },
  ]
  type Given = Pick<Parameters<CacheProcess["cache"]["set"]>[0], "tags" | "options">
  const put = (shop: CacheProcess, data: unknown, given: Given = {}): Promise<unknown> =>
    Promise.resolve().then(() => shop.cache.set({ key: "k", data, ttl: 3600, ...given }))

  it.each(ANSWERS)("is not stored without a tag, since no clear would find it: %j", async (data) => {
    const shop = await connected()
    await put(shop, { data: [{ id: 1 }] }, { tags: ["Product:list:*"] })

    expect(await put(shop, data, { tags: [] })).toEqual({ stored: false, reason: "unclearable" })
    expect(await put(shop, data)).toEqual({ stored: false, reason: "unclearable" })
    expect(await shop.get("k")).toBeNull()
    expect(shop.cache.insight.statistics.snapshot().refused.unclearable).toBe(2)
  })

  it.each([
    ["a tag", { tags: ["Menu:main"] }],
    ["autoInvalidate: false", { options: { autoInvalidate: false } }],
  ])("is stored with %s", async (_, given) => {
    const shop = await connected()
    await put(shop, { data: [] }, given)
    expect(await shop.get("k")).toEqual({ data: [] })
  })

  it.each([[{ data: [], total: 0 }], [{ data: {} }], [{ metadata: {} }], [[]]])(
    "is not what only looks like one: %j",
    async (data) => {
      const shop = await connected()
      await put(shop, data)
      expect(await shop.get("k")).toEqual(data)
    }
  )
})

describe("an entry over the item limit", () => {
  it("is not sent, takes the older value away, and is told of once per kind of key", async () => {
    const shop = await connected()
    for (let i = 0; i < 5; i++) {
      await store(shop, `page-${i}`, "old")
      shop.server.sent.length = 0
      expect(await store(shop, `page-${i}`, MEGABYTE + MEGABYTE)).toMatchObject({ stored: false, reason: "too_large" })
      expect(shop.server.sentOf("set")).toEqual([])
      expect(await shop.get(`page-${i}`)).toBeNull()
    }

    expect(shop.warnings).toHaveLength(1)
    expect(shop.cache.insight.statistics.snapshot().refused.too_large).toBe(5)
  })

  it("is told of in one line, whatever is in its key", async () => {
    const shop = await connected()
    await store(shop, "page\r\nwarn: forged \u001b[2J\u2028", MEGABYTE + MEGABYTE)

    expect(shop.warnings).toHaveLength(1)
    expect(shop.warnings[0]).toContain("page")
    expect(shop.warnings[0]).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
  })

  it("is one that the server refuses, too", async () => {
    const shop = await connected()
    shop.server.script = (command) => (command.op === "set" ? { status: "too_large" } : undefined)

    expect(await store(shop, "k", "x")).toMatchObject({ stored: false, reason: "too_large" })
  })

  it("is sent when it fits after compression", async () => {
    const shop = await connected(COMPRESSED)

    expect(await store(shop, "k", MEGABYTE + MEGABYTE)).toMatchObject({ stored: true, rawBytes: 2_000_002 })
    expect(await shop.get("k")).toBe(MEGABYTE + MEGABYTE)
  })

  it("lies as close to the limit as Memcached's own overhead allows", async () => {
    const shop = await connected()
    const room = 1024 * 1024 - "medusa:k".length - 128 - 52 - 6 - 2

    expect(await store(shop, "k", "x".repeat(room))).toMatchObject({ stored: true })
    expect(await store(shop, "k", "x".repeat(room + 1))).toMatchObject({ stored: false, reason: "too_large" })
  })
})

describe("stores of one key", () => {
  it("go one after the other, and of those that wait only the newest goes on", async () => {
    const shop = await connected()
    shop.server.held = true
    const calls = ["first", "second", "third", "fourth"].map((data) => store(shop, "k", data))
    await settle()
    expect(shop.server.sentOf("set", "medusa:k")).toHaveLength(1)
    shop.server.held = false
    shop.server.release()

    expect(await Promise.all(calls)).toMatchObject([
      { stored: true },
      { stored: false, reason: "superseded" },
      { stored: false, reason: "superseded" },
      { stored: true },
    ])
    expect(await shop.get("k")).toBe("fourth")
  })

  it("end with the newest, also when an older one takes longer to compress", async () => {
    const shop = await connected(COMPRESSED)
    const older = store(shop, "k", "large ".repeat(100_000))
    const newer = store(shop, "k", "small")
    await Promise.all([older, newer])

    expect(await shop.get("k")).toBe("small")
  })

  it("do not wait for those of other keys", async () => {
    const shop = await connected()
    shop.server.held = true
    shop.server.sent.length = 0
    void store(shop, "a", 1)
    void store(shop, "b", 2)
    await settle()

    expect(shop.server.sentOf("set")).toHaveLength(2)
    shop.server.release()
  })
})

describe("an entry that was cleared on its way", () => {
  it("is not stored when the clear is known before it is sent", async () => {
    const shop = await connected()
    const outcome = await Promise.resolve().then(async () => {
      await shop.cache.get({ key: "k" })
      await inOwnFlow(() => shop.clear("t"))
      return shop.cache.set({ key: "k", data: "old", tags: ["t"], ttl: 3600 })
    })

    expect(outcome).toEqual({ stored: false, reason: "stale" })
    expect(shop.server.sentOf("set", "medusa:k")).toEqual([])
  })

  it("is stored but not served when another process has cleared it", async () => {
    const world = new CacheWorld()
    const [shop, other] = [new CacheProcess(world, PLAIN), new CacheProcess(world, PLAIN)]
    await shop.cache.connect()
    const outcome = await Promise.resolve().then(async () => {
      await shop.cache.get({ key: "k" })
      await other.clear("t")
      return shop.cache.set({ key: "k", data: "old", tags: ["t"], ttl: 3600 })
    })

    expect(outcome).toMatchObject({ stored: true })
    expect(await shop.get("k")).toBeNull()
    expect(await other.get("k")).toBeNull()
  })
})

describe("an entry that may be older than a clear", () => {
  it("is served for ten seconds and no longer, even if its set is carried out late", async () => {
    const world = new CacheWorld()
    const [shop, other] = [new CacheProcess(world, PLAIN), new CacheProcess(world, PLAIN)]
    await inOwnFlow(() => shop.cache.get({ key: "k" }))
    await inOwnFlow(() => shop.clear("t"))
    await inOwnFlow(() => shop.cache.set({ key: "k", data: "old", tags: ["t"], ttl: 3600 }))
    const [set] = shop.server.sentOf("set", "medusa:k")
    expect(set).toMatchObject({ expiration: 10 })
    await world.runtime.advance(9_000)
    expect([await shop.get("k"), await other.get("k"), await other.get("k")]).toEqual(["old", "old", "old"])

    await world.runtime.advance(2_000)
    if (set) world.memcached.execute(set)
    expect([await shop.get("k"), await other.get("k")]).toEqual([null, null])
    // And whoever is shown something is shown the same.
    expect((await shop.cache.insight.inspector.inspect("k")).state).toBe("absent")
    expect((await shop.cache.insight.entries.ofEach(["t"]))?.get("t")).toBe(0)
  })
})

describe("two loads of one key in one flow", () => {
  it("are both older than a clear between their lookups, whichever is stored first", async () => {
    const world = new CacheWorld()
    const [shop, other] = [new CacheProcess(world), new CacheProcess(world)]
    await other.cache.connect()
    const outcomes = await inFlow(async () => {
      await shop.cache.get({ key: "k" })
      await other.cache.clear({ tags: ["Product:prod_1"] })
      // Its lookup is not in the context of its set.
      const helped = async (): Promise<unknown> => {
        await Promise.resolve()
        return shop.cache.get({ key: "k" })
      }
      await helped()
      const tags = ["Product:prod_1"]
      const second = await shop.cache.set({ key: "k", data: "new", tags })
      const first = await shop.cache.set({ key: "k", data: "old", tags })
      return [second, first]
    })
    expect(outcomes).toEqual([
      { stored: false, reason: "stale" },
      { stored: false, reason: "stale" },
    ])
  })
})

describe("tags that were computed from the data", () => {
  const read = (type: string): void => {
    for (const recording of loadRecordings()) recording.readType(type)
  }
  /** Misses, reads records of some types, and stores data that shows nothing of them. */
  const load = (shop: CacheProcess, key: string, reading: () => unknown, input: object = { hasComputedTags: true }) =>
    inOwnFlow(async () => {
      await shop.cache.get({ key })
      await reading()
      return shop.cache.set({ key, data: 1, tags: ["Product:1"], ...input })
    })

  it("are completed with the types that its load has read, each of its own load only", async () => {
    const shop = await connected()
    await Promise.all([
      load(shop, "books", () => read("Book")),
      load(shop, "shelves", () => settle().then(() => read("Shelf"))),
    ])
    await shop.clear("Shelf:list:*")
    expect([await shop.get("books"), await shop.get("shelves")]).toEqual([1, null])
    expect(await shop.cache.get({ tags: ["Book:list:*"] })).toEqual([1])
    await shop.clear("Book:list:*")
    expect(await shop.get("books")).toBeNull()
  })

  it("are completed with those of a load within it, stored or served", async () => {
    const shop = await connected()
    const inner = async (): Promise<unknown> => {
      await shop.cache.get({ key: "inner" })
      read("Book")
      return shop.cache.set({ key: "inner", data: 1, tags: ["Product:1"], hasComputedTags: true })
    }
    await load(shop, "first", inner)
    await load(shop, "second", () => shop.cache.get({ key: "inner" }))
    expect([await shop.get("first"), await shop.get("second")]).toEqual([1, 1])
    await shop.clear("Book:list:*")
    expect([await shop.get("first"), await shop.get("second")]).toEqual([null, null])
  })

  it("are completed with the tags that were given for a load within it, which may be of data from anywhere", async () => {
    const shop = await connected()
    const menu = async (): Promise<unknown> =>
      (await shop.cache.get({ key: "menu" })) ?? shop.cache.set({ key: "menu", data: 1, tags: ["Menu:main"] })
    await load(shop, "first", menu)
    await load(shop, "second", menu)
    expect([await shop.get("first"), await shop.get("second")]).toEqual([1, 1])
    await shop.clear("Menu:main")
    expect([await shop.get("first"), await shop.get("second")]).toEqual([null, null])
  })

  it("are not stored if it has read more than can be noted, since nobody would know what clears them", async () => {
    const shop = await connected()
    const readAll = (): void =>
      loadRecordings().forEach((recording) => recording.read(Array.from({ length: 50_001 }, (_, i) => `Book:${i}`)))
    expect(await load(shop, "all", readAll)).toEqual({ stored: false, reason: "unclearable" })
    expect(await load(shop, "tagged", readAll, {})).toMatchObject({ stored: true })
  })

  it("are those of the caller when he has given some", async () => {
    const shop = await connected()
    await load(shop, "menu", () => read("Book"), {})
    await shop.clear("Book:list:*")
    expect(await shop.get("menu")).toBe(1)
  })
})

describe("too much at once", () => {
  it("is refused beyond 64 MiB of payloads that wait, and taken again when they are gone", async () => {
    const shop = await connected()
    shop.server.held = true
    const calls = Array.from({ length: 80 }, (_, i) => store(shop, `k${i}`, MEGABYTE))
    await settle()
    shop.server.held = false
    shop.server.release()
    const outcomes = (await Promise.all(calls)) as { stored: boolean; reason?: string }[]

    expect(outcomes.filter((outcome) => outcome.stored)).toHaveLength(67)
    expect(outcomes.filter((outcome) => outcome.reason === "overloaded")).toHaveLength(13)
    expect(await store(shop, "k", MEGABYTE)).toMatchObject({ stored: true })
  })
})

describe("without Memcached", () => {
  it("nothing is stored, and nothing rejects or waits", async () => {
    const shop = await connected()
    shop.server.enter("down")

    expect(await store(shop, "k", 1)).toEqual({ stored: false, reason: "unreachable" })
    expect(await shop.get("k")).toBeNull()
    expect(await shop.cache.get({ tags: ["a"] })).toEqual([])
  })

  it("nothing is stored of which no version is known that is older", async () => {
    const shop = new CacheProcess(new CacheWorld(), PLAIN)
    shop.server.script = () => "unreachable"

    expect(await store(shop, "k", 1)).toEqual({ stored: false, reason: "unproven" })
  })
})
