import { CacheProcess, CacheWorld } from "../../../testing/cache-process"
import { hashOfTag } from "../support/hash"
import type { AnswerLoad, FoundAnswer } from "../answers"
import { beginRecording, currentRecording, inFlow } from "../loads/load-tracker"
import { NearCache } from "../near/near-cache"
import type { Recording } from "../loads/recording"

const BODY = Buffer.from([0, 1, 2, 255])

/** A process that keeps answers near. */
class Shop extends CacheProcess {
  readonly near = new NearCache(1_000_000)
  readonly find = (key: string): Promise<FoundAnswer> => this.cache.answers.find(key, this.near)
}

/** Looks for an answer, and makes it of these parts if there is none. */
async function answer(shop: Shop, key: string, parts: readonly string[] = [], ttl = 60) {
  const found = await shop.find(key)
  if (found.kind === "hit") return found
  shop.cache.answers.making(found.load)
  const stored = await shop.cache.answers.store(found.load, {
    ...{ key, payload: BODY, rawBytes: 4_000, ttl },
    tags: ["/store/products:list:*"],
    parts: parts.map(hashOfTag),
  })
  return { ...found, stored }
}

/** Runs in a flow of its own whose reads are recorded. */
const recorded = (read: () => Promise<unknown>): Promise<Recording> =>
  inFlow(async () => {
    const begun = beginRecording()
    if (!begun) throw new Error("This flow is recorded already")
    await read()
    begun.end()
    return begun.recording
  })

describe("an answer", () => {
  it("is handed on as it was stored, with its times", async () => {
    const shop = new Shop(new CacheWorld())
    await answer(shop, "a")
    const found = await shop.find("a")
    const nowMs = shop.world.runtime.now()
    expect(found).toEqual({ kind: "hit", payload: BODY, storedAtMs: nowMs, expiresAtMs: nowMs + 60_000 })
  })

  it.each<[string, { tags?: string[]; key?: string }, number]>([
    ["its route", { tags: ["/store/products:list:*"] }, 0],
    ["a part of it", { tags: ["Product:prod_1"] }, 1],
    ["its key", { key: "a" }, 1],
    ["everything", { tags: ["*"] }, 0],
  ])("is void in every process when %s is cleared", async (_, target, others) => {
    const world = new CacheWorld()
    const [here, there] = [new Shop(world), new Shop(world)]
    await answer(here, "a", ["Product:prod_1"])
    await answer(here, "b", ["Region:reg_1"])
    await there.cache.clear(target)
    expect((await here.find("a")).kind).toBe("miss")
    expect((await here.find("b")).kind).toBe(others === 1 ? "hit" : "miss")
  })

  it.each<[string, { tags: string[]; options?: { autoInvalidate: true } }, "hit" | "miss"]>([
    ["one of them is", { tags: ["Region:reg_1"] }, "miss"],
    ["one of them is, as by an event", { tags: ["Region:reg_1"], options: { autoInvalidate: true } }, "miss"],
    ["their lists are", { tags: ["Region:list:*"] }, "miss"],
    ["records of another type are", { tags: ["Product:prod_1", "Product:list:*"] }, "hit"],
  ])("that is made of unknown records is void when %s cleared", async (_, input, kind) => {
    const shop = new Shop(new CacheWorld())
    const recording = await recorded(() => Promise.resolve(currentRecording()?.readSome("Region")))
    const { load } = (await shop.find("a")) as { load: AnswerLoad }
    const answered = { key: "a", payload: BODY, rawBytes: 4, ttl: 60, tags: [], parts: recording.hashes }
    expect(await shop.cache.answers.store(load, answered)).toMatchObject({ stored: true })
    expect((await shop.find("a")).kind).toBe("hit")
    await shop.cache.clear(input)

    expect((await shop.find("a")).kind).toBe(kind)
  })

  it("is not stored when a part of it was cleared while it was made", async () => {
    const shop = new Shop(new CacheWorld())
    const found = await shop.find("a")
    if (found.kind !== "miss") throw new Error("There is none yet")
    await shop.cache.clear({ tags: ["Product:prod_1"] })
    const outcome = await shop.cache.answers.store(found.load, {
      ...{ key: "a", payload: BODY, rawBytes: 4, ttl: 60, tags: [] },
      parts: [hashOfTag("Product:prod_1")],
    })
    expect(outcome).toEqual({ stored: false, reason: "stale" })
  })

  it("may be shared with those who have missed it, until a part of it is cleared", async () => {
    const shop = new Shop(new CacheWorld())
    const found = await shop.find("a")
    if (found.kind !== "miss") throw new Error("There is none yet")
    const parts = [hashOfTag("Product:prod_1")]
    expect(shop.cache.answers.isCurrent(found.load, parts)).toBe(true)
    await shop.cache.clear({ tags: ["Product:prod_2"] })
    expect(shop.cache.answers.isCurrent(found.load, parts)).toBe(true)
    await shop.cache.clear({ tags: ["Product:prod_1"] })
    expect(shop.cache.answers.isCurrent(found.load, parts)).toBe(false)
  })

  it("and data are never taken for each other", async () => {
    const shop = new Shop(new CacheWorld())
    await answer(shop, "a")
    await shop.load("d", { id: "prod_1" })
    expect(await shop.get("a")).toBeNull()
    expect(await shop.find("d")).toMatchObject({ kind: "miss", reason: "unreadable" })
  })

  it("is shown without a preview, since its bytes are compressed", async () => {
    const shop = new Shop(new CacheWorld())
    await answer(shop, "a", ["Product:prod_1"])
    const report = await shop.cache.insight.inspector.inspect("a")
    expect(report).toMatchObject({ state: "valid", preview: "", rawBytes: 4_000, tags: ["/store/products:list:*"] })
  })
})

describe("an answer that is kept in the process", () => {
  const inFlowOf = (shop: Shop, key: string) =>
    inFlow(async () => {
      await shop.cache.get({ key: "who asks" })
      shop.server.sent.length = 0
      return shop.find(key)
    })

  /** A shop that has the answer `a` of `Product:prod_1` near. */
  async function shopWithAnswer(world = new CacheWorld()): Promise<Shop> {
    const shop = new Shop(world)
    await answer(shop, "a", ["Product:prod_1"])
    await shop.find("a")
    shop.server.sent.length = 0
    return shop
  }

  it("needs nothing from Memcached but the head of the log, for any number of lookups", async () => {
    const shop = await shopWithAnswer()
    const found = await Promise.all([shop.find("a"), shop.find("a")])
    expect(found).toMatchObject([{ kind: "hit" }, { kind: "hit" }])
    expect(shop.server.sent.map(({ key }) => key)).toEqual(["medusa:~head"])
  })

  it("needs nothing at all when its flow has read the log already", async () => {
    const shop = await shopWithAnswer()
    expect(await inFlowOf(shop, "a")).toMatchObject({ kind: "hit", payload: BODY })
    expect(shop.server.sent).toEqual([])
  })

  it("is void after a clear by another process, before a flow began and while it runs", async () => {
    const world = new CacheWorld()
    const [shop, other] = [await shopWithAnswer(world), new Shop(world)]
    await other.cache.clear({ tags: ["Product:prod_1"] })
    expect(await inFlowOf(shop, "a")).toMatchObject({ kind: "miss", reason: "cleared" })

    await answer(shop, "a", ["Product:prod_1"])
    await shop.find("a")
    await inFlow(async () => {
      await shop.cache.get({ key: "who asks" })
      await shop.cache.clear({ tags: ["Product:prod_1"] })
      expect(await shop.find("a")).toMatchObject({ kind: "miss", reason: "cleared" })
    })
  })

  it("gives way to the one that another process has stored since", async () => {
    const world = new CacheWorld()
    const [shop, other] = [await shopWithAnswer(world), new Shop(world)]
    await other.cache.clear({ tags: ["Product:prod_1"] })
    await answer(other, "a", ["Product:prod_1"])
    expect(await shop.find("a")).toMatchObject({ kind: "hit" })
    expect(shop.server.sent.map(({ key }) => key)).toEqual(["medusa:~head", "medusa:a"])
  })

  it("is void after a loss of the log", async () => {
    const shop = await shopWithAnswer()
    shop.world.memcached.restart()
    expect(await inFlowOf(shop, "a")).toMatchObject({ kind: "miss" })
  })

  it("is not served while a clear is pending, or while Memcached is away", async () => {
    const shop = await shopWithAnswer()
    shop.server.enter("down")
    expect(await shop.find("a")).toMatchObject({ kind: "miss", reason: "unreachable" })
  })
})

describe("what a flow reads", () => {
  it("are the entries that it is served: their tags, keys and ends", async () => {
    const shop = new Shop(new CacheWorld())
    await shop.load("one", 1, { tags: ["Product:prod_1", "Product:list:*"], ttl: 600 })
    await shop.load("two", 2, { tags: ["Region:reg_1"], ttl: 60 })
    const recording = await recorded(async () => {
      await shop.cache.get({ key: "one" })
      await shop.cache.get({ key: "two" })
      await shop.cache.get({ key: "three" })
    })
    expect([...recording.tags]).toEqual(["Product:prod_1", "Product:list:*", "Region:reg_1"])
    expect(recording.expiresAtMs).toBe(shop.world.runtime.now() + 60_000)
    // An answer that is made of them is void when one of them is cleared by its key.
    await inFlow(() => answer(shop, "a"))
    const found = await shop.find("b")
    if (found.kind !== "miss") throw new Error("There is none yet")
    await shop.cache.answers.store(found.load, {
      ...{ key: "b", payload: BODY, rawBytes: 4, ttl: 60, tags: [] },
      parts: recording.hashes,
    })
    await shop.cache.clear({ key: "two" })
    expect(await shop.find("a")).toMatchObject({ kind: "hit" })
    expect(await shop.find("b")).toMatchObject({ kind: "miss" })
  })

  it("are the entries that it stores", async () => {
    const shop = new Shop(new CacheWorld())
    const recording = await recorded(async () => {
      await shop.cache.get({ key: "one" })
      await shop.cache.set({ key: "one", data: 1, tags: ["Menu:main"], ttl: 30 })
    })
    expect([...recording.tags]).toEqual(["Menu:main"])
    expect(recording.expiresAtMs).toBe(shop.world.runtime.now() + 30_000)
  })

  it("has a gap when it is looked up by tags, since what comes later is not known", async () => {
    const shop = new Shop(new CacheWorld())
    const recording = await recorded(() => shop.cache.get({ tags: ["Menu:main"] }))
    expect(recording.gap).toBe("a lookup by tags")
  })

  it("is not recorded before, after, or twice at once", async () => {
    expect(beginRecording()).toBeUndefined()
    const shop = new Shop(new CacheWorld())
    await shop.load("one", 1, { tags: ["Menu:main"] })
    await inFlow(async () => {
      await shop.cache.get({ key: "one" })
      const begun = beginRecording()
      expect(beginRecording()).toBeUndefined()
      begun?.end()
      await shop.cache.get({ key: "one" })
      expect(begun?.recording.tags.size).toBe(0)
    })
  })
})
