import { setTimeout as delay } from "node:timers/promises"
import type { ICachingProviderService } from "@medusajs/framework/types"
import type { ContractRunner } from "../contract-runner"
import { inOwnFlow } from "../../../testing/own-flow"

const TIMES = 20
const TAGS = ["Product:list:*", "Product:prod_1"]
const EVENT = { tags: ["Product:list:*"], options: { autoInvalidate: true } }

const rounds = Array.from({ length: TIMES }, (_, i) => `key-${i}`)

/** How many of the rounds end with this. */
async function count(expected: (round: string) => unknown, play: (round: string) => Promise<unknown>): Promise<number> {
  let found = 0
  for (const round of rounds) {
    if (JSON.stringify(await play(round)) === JSON.stringify(expected(round))) found += 1
  }
  return found
}

/** Code of a shop that needs a connection, a flag or a container before it looks anything up. */
class CacheOfAShop {
  constructor(private readonly cache: ICachingProviderService) {}

  async get(key: string): Promise<unknown> {
    await delay(1)
    return (await this.cache.get({ key })) as unknown
  }

  async set(key: string, data: object): Promise<void> {
    await delay(1)
    await this.cache.set({ key, data, ttl: 60, tags: TAGS })
  }
}

/**
 * How code of a shop uses a cache that is not core's `useCache`: what it stores is found, and nothing older is. Lookups that
 * nobody stores anything for must not stand in the way.
 */
export function describeShopPatterns(runner: ContractRunner): void {
  const clears: Record<string, (key: string) => Parameters<ICachingProviderService["clear"]>[0]> = {
    "a tag": () => ({ tags: TAGS }),
    "its key": (key) => ({ key }),
  }
  for (const [name, clear] of Object.entries(clears)) {
    runner.test(`finds what a job stores after it has cleared ${name}, while readers only read`, async ({ cache }) => {
      const data = (round: string): object => ({ of: round })
      const found = await count(data, async (key) => {
        for (let reader = 0; reader < 3; reader++) await inOwnFlow(async () => (await cache.get({ key })) as unknown)
        await inOwnFlow(async () => {
          await cache.clear(clear(key))
          await cache.set({ key, data: data(key), ttl: 60, tags: TAGS })
        })
        return inOwnFlow(async () => (await cache.get({ key })) as unknown)
      })
      expect(found).toBe(TIMES)
    })

    runner.test(`finds what a flow stores that has looked it up and cleared ${name}`, async ({ cache }) => {
      const data = (round: string): object => ({ of: round })
      const found = await count(data, (key) =>
        inOwnFlow(async () => {
          expect(await cache.get({ key })).toBeNull()
          await cache.clear(clear(key))
          await cache.set({ key, data: data(key), ttl: 60, tags: TAGS })
          return (await cache.get({ key })) as unknown
        })
      )
      expect(found).toBe(TIMES)
    })
  }

  runner.test("finds what a job stores after an event has cleared it, twice in a row", async ({ cache }) => {
    for (let version = 1; version <= 2; version++) {
      const data = (round: string): object => ({ of: round, version })
      const found = await count(data, async (key) => {
        await inOwnFlow(async () => (await cache.get({ key })) as unknown)
        await inOwnFlow(() => cache.clear(EVENT))
        await inOwnFlow(() => cache.set({ key, data: data(key), ttl: 60, tags: TAGS }))
        return inOwnFlow(async () => (await cache.get({ key })) as unknown)
      })
      expect(found).toBe(TIMES)
    }
  })

  runner.test("serves nothing older than what was stored last", async ({ cache }) => {
    const found = await count(
      () => ({ version: 2 }),
      async (key) => {
        await inOwnFlow(async () => (await cache.get({ key })) as unknown)
        await inOwnFlow(() => cache.clear(EVENT))
        await inOwnFlow(async () => {
          await cache.get({ key })
          await cache.set({ key, data: { version: 1 }, ttl: 60, tags: TAGS })
        })
        await inOwnFlow(() => cache.set({ key, data: { version: 2 }, ttl: 60, tags: TAGS }))
        return inOwnFlow(async () => (await cache.get({ key })) as unknown)
      }
    )
    expect(found).toBe(TIMES)
  })

  runner.test(
    "hits through a class that waits for something before it looks up and before it stores",
    async ({ cache }) => {
      const shop = new CacheOfAShop(cache)
      let hits = 0
      for (let i = 0; i < 100; i++) {
        if (i % 25 === 10) await inOwnFlow(() => cache.clear(EVENT))
        await inOwnFlow(async () => {
          if (await shop.get("menu")) hits += 1
          else await shop.set("menu", { i })
        })
      }
      // One miss at first, and one after each of the four clears.
      expect(hits).toBe(95)
    }
  )

  runner.test("keeps the first set after a clear, however many readers have missed before it", async ({ cache }) => {
    for (let reader = 0; reader < 20; reader++) {
      await inOwnFlow(async () => (await cache.get({ key: "menu" })) as unknown)
    }
    await inOwnFlow(() => cache.clear(EVENT))
    for (let reader = 0; reader < 20; reader++) {
      await inOwnFlow(async () => (await cache.get({ key: "menu" })) as unknown)
    }
    await inOwnFlow(() => cache.set({ key: "menu", data: { first: true }, ttl: 60, tags: TAGS }))

    expect(await inOwnFlow(async () => (await cache.get({ key: "menu" })) as unknown)).toEqual({ first: true })
  })
}
