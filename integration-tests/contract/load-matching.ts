import { randomBytes } from "node:crypto"
import { setTimeout as delay } from "node:timers/promises"
import type { ICachingProviderService } from "@medusajs/framework/types"
import type { EntryReport } from "../../src/cache"
import { runningCaches } from "./memcached-subject"
import { inOwnFlow } from "../../testing/own-flow"

interface LoadSubject {
  readonly id: string
  readonly cache: ICachingProviderService
  readonly close: () => Promise<void>
}

interface InspectableCache {
  readonly insight: { readonly inspector: { inspect(key: string): Promise<EntryReport> } }
}

const LOAD_MS = 40

/**
 * That a set finds the lookup whose miss it answers, by the asynchronous context that both are in. What is stored without
 * it is safe as well, so the rest of the contract would not notice: its cost is unknown, and a load that began before
 * a clear holds back one that began after it.
 */
export function describeLoadMatching(open: (prefix: string) => Promise<LoadSubject>): void {
  let subject: LoadSubject

  beforeEach(async () => {
    subject = await open(`matching-${randomBytes(6).toString("hex")}`)
  })
  afterEach(() => subject.close())

  async function costMsOf(key: string): Promise<number> {
    const running = runningCaches().get(subject.id) as unknown as InspectableCache
    const { state, costMicros } = await running.insight.inspector.inspect(key)
    expect(state).toBe("valid")
    return costMicros / 1000
  }

  /** What is of one kind is said to cost what its loads usually take, so each key has a kind of its own. */
  const tagsOf = (key: string): string[] => [`${key}:1`]

  async function load(key: string): Promise<void> {
    expect(await subject.cache.get({ key })).toBeNull()
    await delay(LOAD_MS)
    await subject.cache.set({ key, data: { key }, ttl: 600, tags: tagsOf(key) })
  }

  it("knows what a load has taken", async () => {
    await inOwnFlow(() => load("1"))

    // A timer of Node may fire a millisecond early.
    expect(await costMsOf("1")).toBeGreaterThan(LOAD_MS - 2)
  })

  it("does not know it when the lookup was in another context, which proves that this can be told", async () => {
    expect(await inOwnFlow(async () => (await subject.cache.get({ key: "1" })) as unknown)).toBeNull()
    await inOwnFlow(async () => {
      await delay(LOAD_MS)
      await subject.cache.set({ key: "1", data: { key: "1" }, ttl: 600, tags: ["t"] })
    })

    expect(await costMsOf("1")).toBe(0)
  })

  it("tells loads apart that overlap in one context", async () => {
    await inOwnFlow(async () => {
      expect(await subject.cache.get({ key: "outer" })).toBeNull()
      await delay(LOAD_MS)
      await load("inner")
      await subject.cache.set({ key: "outer", data: { of: "outer" }, ttl: 600, tags: tagsOf("outer") })
    })

    expect(await costMsOf("outer")).toBeGreaterThan(2 * LOAD_MS - 4)
    expect(await costMsOf("inner")).toBeGreaterThan(LOAD_MS - 2)
    expect(await costMsOf("outer")).toBeGreaterThan(await costMsOf("inner"))
  })

  it("stores what was loaded after a clear, and not what another request loaded before it", async () => {
    const set = (price: string) => subject.cache.set({ key: "list", data: { price }, ttl: 600, tags: ["t"] })
    let hasMissed: (() => void) | undefined
    let readOld: (() => void) | undefined
    const missed = new Promise<void>((resolve) => (hasMissed = resolve))
    const cleared = new Promise<void>((resolve) => (readOld = resolve))
    const slow = inOwnFlow(async () => {
      expect(await subject.cache.get({ key: "list" })).toBeNull()
      hasMissed?.()
      await cleared
      await set("old")
    })
    // The slow request has had its answer when the clear begins.
    await Promise.race([missed, slow])
    await subject.cache.clear({ tags: ["t"] })
    await inOwnFlow(async () => {
      expect(await subject.cache.get({ key: "list" })).toBeNull()
      await set("new")
    })
    expect(await inOwnFlow(async () => (await subject.cache.get({ key: "list" })) as unknown)).toEqual({ price: "new" })
    readOld?.()
    await slow

    expect(await inOwnFlow(async () => (await subject.cache.get({ key: "list" })) as unknown)).toEqual({ price: "new" })
  })
}
