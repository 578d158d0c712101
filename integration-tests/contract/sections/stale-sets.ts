import type { ContractRunner } from "../contract-runner"
import { eventually } from "../../../testing/eventually"
import { inOwnFlow } from "../../../testing/own-flow"

/**
 * A reader misses, reads the source, and stores what it read; a writer changes the source and clears in between. What the
 * reader stores last is old. The writer is a flow of its own: what a flow itself clears between its lookup and its set does
 * not count against the set.
 */
export function describeStaleSets(runner: ContractRunner): void {
  const clears = {
    "its tag": { tags: ["Product:prod_1"] },
    "its tag, automatically": { tags: ["Product:list:*"], options: { autoInvalidate: true } },
    "its key": { key: "list" },
    everything: { tags: ["*"] },
  }
  const tags = ["Product:list:*", "Product:prod_1"]
  for (const [name, clear] of Object.entries(clears)) {
    runner.testOf(
      "refusesStaleSet",
      `does not serve what was loaded before a clear of ${name} and stored after it`,
      async ({ cache, open }) => {
        const writer = await open()
        for (const clearer of [cache, writer]) {
          expect(await cache.get({ key: "list" })).toBeNull()
          const loaded = { price: "old" }
          await inOwnFlow(() => clearer.clear(clear))
          await cache.set({ key: "list", data: loaded, ttl: 60, tags })

          expect(await cache.get({ key: "list" })).toBeNull()
          expect(await writer.get({ key: "list" })).toBeNull()
          expect(await cache.get({ tags: ["Product:list:*"] })).toEqual([])
        }
      }
    )

    runner.test(`stores what was loaded after a clear of ${name}`, async ({ cache }) => {
      expect(await cache.get({ key: "list" })).toBeNull()
      await cache.set({ key: "list", data: { price: "old" }, ttl: 60, tags })
      await cache.clear(clear)
      expect(await cache.get({ key: "list" })).toBeNull()
      await cache.set({ key: "list", data: { price: "new" }, ttl: 60, tags })

      expect(await cache.get({ key: "list" })).toEqual({ price: "new" })
    })
  }

  runner.testOf("refusesStaleSet", "lets a stale set not replace a fresh value", async ({ cache, open }) => {
    const reader = await open()
    expect(await reader.get({ key: "list" })).toBeNull()
    await inOwnFlow(() => cache.clear({ tags: ["Product:prod_1"] }))
    expect(await cache.get({ key: "list" })).toBeNull()
    await cache.set({ key: "list", data: { price: "new" }, ttl: 60, tags })
    await reader.set({ key: "list", data: { price: "old" }, ttl: 60, tags })

    expect([null, { price: "new" }]).toContainEqual(await cache.get({ key: "list" }))
    expect([null, { price: "new" }]).toContainEqual(await reader.get({ key: "list" }))
  })

  runner.testOf(
    "refusesStaleSet",
    "refuses the set of every reader that missed before the clear",
    async ({ cache }) => {
      const misses = await Promise.all(Array.from({ length: 20 }, () => cache.get({ key: "list" }) as Promise<unknown>))
      expect(misses.every((miss) => miss === null)).toBe(true)
      await inOwnFlow(() => cache.clear({ tags: ["Product:prod_1"] }))
      const data = { price: "old" }
      await Promise.all(misses.map(() => cache.set({ key: "list", data, ttl: 60, tags })))

      expect(await cache.get({ key: "list" })).toBeNull()
    }
  )

  runner.testOf("refusesStaleSet", "refuses it also when the clear and the set overlap", async ({ cache }) => {
    expect(await cache.get({ key: "list" })).toBeNull()
    const data = { price: "old" }
    await Promise.all([
      inOwnFlow(() => cache.clear({ tags: ["Product:prod_1"] })),
      cache.set({ key: "list", data, ttl: 60, tags }),
      inOwnFlow(() => cache.clear({ tags: ["Product:prod_2"] })),
    ])

    expect(await cache.get({ key: "list" })).toBeNull()
  })

  // Core's useCache takes what is falsy for a miss: it loads again, and stores what it has loaded.
  for (const empty of [0, false, ""]) {
    runner.testOf(
      "refusesStaleSet",
      `does not serve what was loaded because ${JSON.stringify(empty)} was found, and stored after a clear`,
      async ({ cache, open }) => {
        const reader = await open()
        await cache.set({ key: "count", data: empty as unknown as object, ttl: 60, tags })
        expect(await reader.get({ key: "count" })).toBe(empty)
        await cache.clear({ tags: ["Product:prod_1"] })
        // The reader knows of the clear before it stores.
        expect(await reader.get({ key: "other" })).toBeNull()
        await reader.set({ key: "count", data: { count: "old" }, ttl: 60, tags })

        expect(await cache.get({ key: "count" })).toBeNull()
      }
    )
  }

  runner.test("stores what a reader loaded while something else was cleared", async ({ cache, open }) => {
    const writer = await open()
    expect(await cache.get({ key: "list" })).toBeNull()
    await cache.clear({ tags: ["Cart:cart_1"], options: { autoInvalidate: true } })
    await writer.clear({ tags: ["Order:order_1"] })
    await writer.clear({ key: "another" })
    await cache.set({ key: "list", data: { price: "new" }, ttl: 60, tags })

    expect(await cache.get({ key: "list" })).toEqual({ price: "new" })
    expect(await writer.get({ key: "list" })).toEqual({ price: "new" })
  })

  runner.test("stores an entry without autoInvalidate that was loaded before an automatic clear", async ({ cache }) => {
    expect(await cache.get({ key: "list" })).toBeNull()
    await cache.clear({ tags, options: { autoInvalidate: true } })
    await cache.set({ key: "list", data: { price: "any" }, ttl: 60, tags, options: { autoInvalidate: false } })

    expect(await cache.get({ key: "list" })).toEqual({ price: "any" })
  })

  runner.test("stores what is written without a lookup before, also right after a clear", async ({ cache }) => {
    for (let version = 1; version <= 5; version++) {
      await cache.clear({ tags })
      await cache.set({ key: "list", data: { version }, ttl: 60, tags })
      expect(await cache.get({ key: "list" })).toEqual({ version })
      await cache.set({ key: "list", data: { version, again: true }, ttl: 60, tags })
      expect(await cache.get({ key: "list" })).toEqual({ version, again: true })
    }
  })

  // Whether its data is older than a clear that another instance has just made, a provider cannot know: it may refuse it.
  runner.test("stores in time what is written without a lookup after another's clear", async ({ cache, open }) => {
    const writer = await open()
    await cache.set({ key: "list", data: { version: 1 }, ttl: 60, tags })
    await cache.clear({ tags })
    await eventually(
      async () => {
        await writer.set({ key: "list", data: { version: 2 }, ttl: 60, tags })
        const found: unknown = await cache.get({ key: "list" })
        expect([null, { version: 2 }]).toContainEqual(found)
        return found
      },
      (found) => found !== null,
      30_000
    )
  })
}
