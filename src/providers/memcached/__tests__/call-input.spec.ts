import fc from "fast-check"
import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { MemcachedCachingProvider } from "../service"

type Call = (input: unknown) => Promise<unknown>

/** The provider as plain JavaScript sees it: without types. */
async function open(): Promise<Record<"get" | "set" | "clear", Call>> {
  const { cache } = new CacheProcess(new CacheWorld())
  await cache.connect()
  const provider = new MemcachedCachingProvider({ memcachedCache: cache })
  return {
    get: (input) => provider.get(input as never),
    set: (input) => provider.set(input as never),
    clear: (input) => provider.clear(input as never),
  }
}

describe("what a shop's code passes", () => {
  it.each([
    ["a number", 1001, "1001"],
    ["zero", 0, "0"],
    ["a bigint", 7n, "7"],
    ["a boolean", true, "true"],
  ])("is a key as text: %s", async (_, key, text) => {
    const { get, set, clear } = await open()
    await set({ key, data: "data", tags: ["t"] })
    expect([await get({ key }), await get({ key: text })]).toEqual(["data", "data"])
    expect(await get({ key: 1002 })).toBeNull()

    await clear({ key })
    expect(await get({ key: text })).toBeNull()
  })

  it("has tags as text, and one tag in place of a list", async () => {
    const { get, set, clear } = await open()
    await set({ key: "a", data: 1, tags: [7] })
    await set({ key: "b", data: 2, tags: "t" })
    await clear({ tags: ["8"] })
    expect([await get({ key: "a" }), await get({ key: "b" })]).toEqual([1, 2])

    await clear({ tags: [7] })
    await clear({ tags: "t", options: null })
    expect([await get({ key: "a" }), await get({ key: "b" })]).toEqual([null, null])
  })

  it.each([
    ["a bigint", 60n],
    ["text", "60"],
    ["the default when it is empty", ""],
    ["the default when it is null", null],
  ])("has a TTL: %s", async (_, ttl) => {
    const world = new CacheWorld()
    const { cache } = new CacheProcess(world, { defaultTtlSeconds: 60 })
    await cache.connect()
    const provider = new MemcachedCachingProvider({ memcachedCache: cache })
    await provider.set({ key: "k", data: 1, ttl } as never)
    expect(await provider.get({ key: "k" })).toBe(1)

    await world.runtime.advance(61_000)
    expect(await provider.get({ key: "k" })).toBeNull()
  })

  it.each([[-1], [NaN], ["soon"], [{}], [[60]], [true]])("is not stored with a TTL that is none: %j", async (ttl) => {
    const { get, set } = await open()
    await set({ key: "k", data: 1, ttl })
    expect(await get({ key: "k" })).toBeNull()
  })

  it("does not share a key because it is an object", async () => {
    const { get, set } = await open()
    await set({ key: { id: 1 }, data: "one" })
    expect(await get({ key: { id: 2 } })).toBeNull()
  })

  it("never makes a call reject or throw, whatever it is", async () => {
    const { get, set, clear } = await open()
    const hostile = {
      get key(): string {
        throw new Error("no")
      },
    }
    const inputs = fc.oneof(
      fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true }),
      fc.record(
        { key: fc.anything(), data: fc.anything(), ttl: fc.anything(), tags: fc.anything(), options: fc.anything() },
        { requiredKeys: [] }
      )
    )
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        for (const call of [get, set, clear]) await call(input)
      }),
      { numRuns: 500, examples: [[undefined], [null], [hostile], [{ key: Symbol("s"), tags: [Symbol("s")] }]] }
    )
    expect(await get({ key: "k" })).toBeNull()
  })
})
