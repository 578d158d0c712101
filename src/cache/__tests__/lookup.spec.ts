import { randomBytes } from "node:crypto"
import fc from "fast-check"
import { chooseServer } from "../memcached/rendezvous"
import { encodeEntry } from "../codec/entry"
import { hashOfKey } from "../support/hash"
import { CacheProcess, CacheWorld } from "../../../testing/cache-process"
import { COMPRESSED, PLAIN } from "../../../testing/compression"
import { settle } from "../../../testing/manual-runtime"
import { entryItem } from "../../../testing/stored-items"

function oneProcess(): CacheProcess {
  return new CacheProcess(new CacheWorld(), PLAIN)
}

describe("lookups of one tick", () => {
  it("share one read of the head, which goes first, and travel together", async () => {
    const shop = oneProcess()
    await shop.load("k0", 0)
    shop.server.sent.length = 0
    const found = await Promise.all(Array.from({ length: 10 }, (_, i) => shop.cache.get({ key: `k${i}` })))

    expect(found).toEqual([0, null, null, null, null, null, null, null, null, null])
    expect(shop.server.sent).toHaveLength(11)
    expect(shop.server.sent.map((command) => command.key.endsWith("~head"))).toEqual([
      true,
      ...Array.from({ length: 10 }, () => false),
    ])
  })

  it("send it after they began, so that it tells of every clear that had resolved by then", async () => {
    const shop = oneProcess()
    await shop.load("k", 1)
    shop.server.sent.length = 0
    const lookup = shop.cache.get({ key: "k" })
    expect(shop.server.sent).toEqual([])

    await lookup
    expect(shop.server.sent).toHaveLength(2)
    await shop.cache.get({ key: "k" })
    expect(shop.server.sentOf("get", "~head")).toHaveLength(2)
  })

  it("cost two small requests each, for one tag or a thousand", async () => {
    const shop = oneProcess()
    await shop.load("k", 1, { tags: Array.from({ length: 1_000 }, (_, i) => `Product:prod_${i}`) })
    shop.server.sent.length = 0

    expect(await shop.get("k")).toBe(1)
    expect(shop.server.sent).toHaveLength(2)
  })
})

describe("a hit", () => {
  it("is a fresh object each time, which its caller may change", async () => {
    const shop = oneProcess()
    await shop.load("k", { products: [{ id: 1 }] })
    const [a, b] = await Promise.all([shop.get("k"), shop.get("k")])

    expect(a).toEqual({ products: [{ id: 1 }] })
    expect(a).not.toBe(b)
    expect((a as { products: unknown[] }).products).not.toBe((b as { products: unknown[] }).products)
  })

  it("gives back any JSON as it was, compressed or not", async () => {
    const world = new CacheWorld()
    const shops = [new CacheProcess(world, PLAIN), new CacheProcess(world, COMPRESSED)]
    let key = 0
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ stringUnit: "binary" }), fc.string({ unit: "binary" }), async (data, tag) => {
        fc.pre(data !== null)
        const expected: unknown = JSON.parse(JSON.stringify(data))
        for (const shop of shops) {
          key += 1
          await shop.load(`k${key}`, data, { tags: [tag] })
          expect(await shop.get(`k${key}`)).toEqual(expected)
        }
      })
    )
  })

  it("of a payload that is large when compressed is decompressed after the reply's bytes are gone", async () => {
    const shop = new CacheProcess(new CacheWorld())
    // More than 128 KB when it is compressed.
    const data = randomBytes(200_000).toString("base64")
    await shop.load("k", data)

    expect(await shop.get("k")).toBe(data)
  })
})

describe("an item that is not the entry that was looked for", () => {
  it("is a miss when it is another key's entry", async () => {
    const shop = oneProcess()
    await shop.load("mine", "secret of mine")
    const { value } = shop.world.memcached.execute({ op: "get", key: "medusa:mine" })
    if (!value) throw new Error("not stored")
    shop.world.memcached.execute(entryItem("medusa:yours", value))

    expect(await shop.get("yours")).toBeNull()
    expect(shop.cache.insight.statistics.snapshot().misses.unreadable).toBe(1)
  })

  it("is a miss when it says of whose key it is nothing at all", async () => {
    const shop = oneProcess()
    await shop.cache.connect()
    const epoch = shop.cache.logStatus().known?.epoch ?? 0
    const header = { epoch, version: 0, autoInvalidate: true, expiresAtMs: 0, storedAtMs: 0, costMicros: 0 }
    const payload = { bytes: Buffer.from("1"), rawBytes: 1, algorithm: undefined }
    const store = (hashes: number[]): unknown =>
      shop.world.memcached.execute(entryItem("medusa:k", encodeEntry(header, payload, payload, hashes)))
    store([])
    expect(await shop.get("k")).toBeNull()

    store([hashOfKey("k")])
    expect(await shop.get("k")).toBe(1)
  })

  it("is a miss, and no error, whatever bytes it has", async () => {
    const shop = oneProcess()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        shop.world.memcached.execute(entryItem("medusa:k", Buffer.from(bytes)))
        expect(await shop.get("k")).toBeNull()
      }),
      { numRuns: 50 }
    )
  })
})

describe("a lookup that cannot be answered", () => {
  it("is a miss within its time-out, whichever part does not come", async () => {
    for (const missing of ["~head", "medusa:k"]) {
      const shop = oneProcess()
      await shop.load("k", 1)
      shop.server.script = (command) => (command.key.endsWith(missing) ? "unreachable" : undefined)

      expect(await shop.get("k")).toBeNull()
      expect(shop.cache.insight.statistics.snapshot().misses.unreachable).toBe(1)
    }
  })

  it.each(["get", "set"] as const)(
    "is answered in a later turn of the event loop while the server is away, so that a loop of %s lets others run",
    async (call) => {
      const shop = oneProcess()
      await shop.load("k", 1)
      shop.server.enter("down")
      const turn = { isOver: false }
      setImmediate(() => (turn.isOver = true))
      let answers = 0
      while (!turn.isOver && answers < 10_000) {
        await (call === "get" ? shop.cache.get({ key: "k" }) : shop.cache.set({ key: "k", data: 1 }))
        answers += 1
      }

      expect(turn.isOver).toBe(true)
      expect(answers).toBeLessThan(10)
    }
  )

  it("asks nothing while the server of the log is known to be away", async () => {
    const shop = oneProcess()
    await shop.load("k", 1)
    shop.server.enter("down")
    shop.server.sent.length = 0

    expect(await shop.get("k")).toBeNull()
    expect(shop.server.sent).toEqual([])
  })

  it("takes no longer than one time-out while records are fetched", async () => {
    const world = new CacheWorld()
    const [shop, writer] = [new CacheProcess(world, PLAIN), new CacheProcess(world, PLAIN)]
    await shop.load("k", 1)
    for (let i = 0; i < 20; i++) await writer.clear(`t${i}`)
    shop.server.held = true
    let found: unknown = "waits"
    void shop.get("k").then((data) => (found = data))
    await settle()
    shop.server.release(2)
    await world.runtime.advance(499)
    expect(found).toBe("waits")

    await world.runtime.advance(1)
    expect(found).toBeNull()
  })

  it("serves nothing while a clear is pending", async () => {
    const shop = oneProcess()
    await shop.load("k", 1)
    shop.server.script = (command) => (command.op === "set" ? "unreachable" : undefined)
    shop.server.enter("down")
    const clear = shop.clear("t")
    await shop.world.runtime.advance(3_000)
    expect(await clear).toMatchObject({ status: "pending" })
    shop.server.state = "ready"

    expect(await shop.get("k")).toBeNull()
  })
})

describe("a lookup beside others that have read another log", () => {
  it("is judged by the head that it has read itself", async () => {
    const world = new CacheWorld(2)
    const [shop, writer] = [new CacheProcess(world, PLAIN), new CacheProcess(world, PLAIN)]
    const [log, entries] = shop.servers
    if (!log || !entries) throw new Error("two servers")
    const keysOn = (server: typeof log): string[] =>
      Array.from({ length: 50 }, (_, i) => `key-${i}`).filter(
        (key) => chooseServer(shop.servers, `medusa:${key}`) === server
      )
    const [cleared, other] = keysOn(log)
    const [slow] = keysOn(entries)
    if (!cleared || !other || !slow) throw new Error("keys on both servers")
    const head = "medusa:~head"

    // The first log; a lookup has read its head and waits for an entry on the other server.
    for (let i = 0; i < 12; i++) await writer.clear(`first ${i}`)
    await shop.get("warm")
    entries.held = true
    const slowLookup = shop.get(slow)
    await settle()

    // The head is lost. In the second log something is stored and then cleared, and the clear has left the head.
    world.memcached.evict(head)
    await writer.load(cleared, "stale", { tags: ["t"] })
    expect(await writer.clear("t")).toEqual({ status: "applied" })
    for (let i = 0; i < 12; i++) await writer.clear(`second ${i}`)

    // Two lookups read the second head; the first of them fetches what has left it.
    log.held = true
    const lookup = shop.get(cleared)
    await settle()
    const another = shop.get(other)
    await settle()
    log.release(2)
    await settle()
    // Meanwhile the slow lookup goes on with the first log, and then the other one with the second.
    entries.release()
    await settle()
    log.release(2)
    await settle()
    log.held = false
    entries.held = false
    log.release()
    await settle()
    log.release()
    await settle()

    expect(await lookup).toBeNull()
    await Promise.all([slowLookup, another])
  })
})

describe("an early refresh", () => {
  /** An entry that took 10 seconds to compute, and expires in five. */
  async function nearlyExpired(): Promise<CacheProcess> {
    const shop = oneProcess()
    await shop.load("k", "old", { ttl: 100, costMs: 10_000 })
    await shop.world.runtime.advance(95_000)
    shop.server.sent.length = 0
    return shop
  }

  it("lets one lookup at a time compute the entry anew, while the others still hit", async () => {
    const shop = await nearlyExpired()
    shop.world.runtime.draws.push(0.9, 0.9, 0.9)
    const found = await Promise.all([shop.get("k"), shop.get("k"), shop.get("k")])

    expect(found.filter((data) => data === null)).toHaveLength(1)
    expect(found.filter((data) => data === "old")).toHaveLength(2)
    expect(shop.cache.insight.statistics.snapshot().misses.refresh).toBe(1)
    // At most 30 seconds, so that a refresh that was forgotten holds nobody off for long.
    expect(shop.server.sentOf("add")[0]).toMatchObject({ expiration: 21 })
  })

  it("stores what was computed with the version of that lookup", async () => {
    const shop = await nearlyExpired()
    shop.world.runtime.draws.push(0.9)
    expect(await shop.load("k", "new")).toMatchObject({ stored: true })

    expect(await shop.get("k")).toBe("new")
  })

  it("is the rarer the farther the expiry, and none without a known cost, an expiry, or when turned off", async () => {
    const shop = await nearlyExpired()
    shop.world.runtime.draws.push(0.1)
    expect(await shop.get("k")).toBe("old")

    const fresh = oneProcess()
    await fresh.load("k", "fresh", { ttl: 3600, costMs: 10 })
    fresh.world.runtime.draws.push(0.999999999)
    expect(await fresh.get("k")).toBe("fresh")
    expect(fresh.world.runtime.draws).toHaveLength(1)

    const off = new CacheProcess(new CacheWorld(), { ...PLAIN, earlyRefresh: 0 })
    await off.load("k", "old", { ttl: 100, costMs: 10_000 })
    await off.world.runtime.advance(99_000)
    off.world.runtime.draws.push(0.999999)
    expect(await off.get("k")).toBe("old")
  })

  it("hits when the lease cannot be asked for in time", async () => {
    const shop = await nearlyExpired()
    shop.world.runtime.draws.push(0.9)
    shop.server.script = (command) => (command.op === "add" ? "unreachable" : undefined)

    expect(await shop.get("k")).toBe("old")
  })

  it("is one lookup, also when the answer about the lease comes after the caller has been told", async () => {
    const shop = await nearlyExpired()
    shop.world.runtime.draws.push(0.9)
    shop.server.script = (command) => {
      if (command.op === "add") shop.server.held = true
      return undefined
    }
    const before = shop.cache.insight.statistics.snapshot()
    const outcomes: string[] = []
    const found = shop.cache.get({ key: "k" }, ({ kind }) => outcomes.push(kind))
    await shop.world.runtime.advance(500)
    expect(await found).toBe("old")
    shop.server.release()
    await settle()

    const { lookups, hits, misses } = shop.cache.insight.statistics.snapshot()
    expect([lookups - before.lookups, hits - before.hits, misses.refresh]).toEqual([1, 1, 0])
    expect(outcomes).toEqual(["hit"])
  })
})

describe("a lookup that finds what looks empty", () => {
  // Medusa's useCache takes it for a miss.
  it.each([0, false, ""])("is the one that the set of a load after it belongs to: %p", async (empty) => {
    const world = new CacheWorld()
    const [shop, other] = [new CacheProcess(world, PLAIN), new CacheProcess(world, PLAIN)]
    await other.load("k", empty, { tags: ["a"] })
    expect(await shop.get("k")).toBe(empty)
    const stored = Promise.resolve().then(async () => {
      expect(await shop.cache.get({ key: "k" })).toBe(empty)
      const loaded = "before the clear"
      await other.clear("a")
      await shop.get("something else")
      return shop.cache.set({ key: "k", data: loaded, tags: ["a"], ttl: 3600 })
    })

    expect(await stored).toEqual({ stored: false, reason: "stale" })
    expect(await other.get("k")).toBeNull()
  })
})
