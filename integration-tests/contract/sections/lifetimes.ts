import type { ICachingProviderService } from "@medusajs/framework/types"
import type { ContractRunner } from "../contract-runner"
import { eventually } from "../../../testing/eventually"

const DAY_SECONDS = 24 * 60 * 60

/** How long after its time an entry may still be found: servers count in whole seconds, on machines that are busy. */
const SLACK_MS = 6_000

export function describeLifetimes(runner: ContractRunner): void {
  runner.test("forgets an entry after its time to live, in seconds", async ({ cache }) => {
    const startedAt = Date.now()
    // The first of its seconds has begun already, and may be over at once.
    await cache.set({ key: "5", data: { id: "5" }, ttl: 5, tags: ["t"] })
    await cache.set({ key: "60", data: { id: "60" }, ttl: 60, tags: ["t"] })
    expect(await cache.get({ key: "5" })).toEqual({ id: "5" })

    await untilGone(cache, "5", 5_000)
    expect(Date.now() - startedAt).toBeGreaterThan(3_900)
    expect(await cache.get({ tags: ["t"] })).toEqual([{ id: "60" }])
  })

  runner.testOf("fractionalTtl", "takes fractions of a second", async ({ cache }) => {
    await cache.set({ key: "0.4", data: { id: "0.4" }, ttl: 0.4 })
    await cache.set({ key: "4.5", data: { id: "4.5" }, ttl: 4.5 })
    expect(await cache.get({ key: "4.5" })).toEqual({ id: "4.5" })

    await untilGone(cache, "0.4", 1_000)
    await untilGone(cache, "4.5", 4_500)
  })

  runner.test(
    "keeps an entry for more than 30 days, for ever, and for a time that was not given",
    async ({ cache }) => {
      const ttls = { month: 31 * DAY_SECONDS, year: 365 * DAY_SECONDS, ever: 0, unset: undefined }
      for (const [key, ttl] of Object.entries(ttls)) await cache.set({ key, data: { ttl: key }, ttl, tags: ["t"] })
      await untilAnotherExpired(cache)

      for (const key of Object.keys(ttls)) expect(await cache.get({ key })).toEqual({ ttl: key })
      await cache.clear({ tags: ["t"] })
      for (const key of Object.keys(ttls)) expect(await cache.get({ key })).toBeNull()
    }
  )

  runner.test("does not store what has expired already", async ({ cache }) => {
    await cache.set({ key: "1", data: { version: 1 }, ttl: 60 })
    await cache.set({ key: "1", data: { version: 2 }, ttl: -1 }).catch(() => undefined)

    expect([null, { version: 1 }]).toContainEqual(await cache.get({ key: "1" }))
    await cache.set({ key: "2", data: { version: 1 }, ttl: -1 }).catch(() => undefined)
    expect(await cache.get({ key: "2" })).toBeNull()
  })

  runner.test("gives an entry the time to live that it is overwritten with", async ({ cache }) => {
    await cache.set({ key: "longer", data: { version: 1 }, ttl: 1 })
    await cache.set({ key: "longer", data: { version: 2 }, ttl: 60 })
    await cache.set({ key: "shorter", data: { version: 1 }, ttl: 60 })
    await cache.set({ key: "shorter", data: { version: 2 }, ttl: 1 })
    await untilAnotherExpired(cache)

    expect(await cache.get({ key: "longer" })).toEqual({ version: 2 })
    await untilGone(cache, "shorter", 0)
  })

  runner.testOf("overwritesTtl", "keeps for ever what is overwritten with no expiry", async ({ cache }) => {
    await cache.set({ key: "1", data: { version: 1 }, ttl: 1 })
    await cache.set({ key: "1", data: { version: 2 }, ttl: 0 })
    await untilAnotherExpired(cache)

    expect(await cache.get({ key: "1" })).toEqual({ version: 2 })
  })

  runner.testOf(
    "keepsTagsOfLongerEntries",
    "clears an entry that shares its tag with one that has expired",
    async ({ cache }) => {
      await cache.set({ key: "long", data: { id: "long" }, ttl: 60, tags: ["t"] })
      await cache.set({ key: "expired", data: { id: "expired" }, ttl: -3_600, tags: ["t"] }).catch(() => undefined)
      expect(await cache.get({ tags: ["t"] })).toEqual([{ id: "long" }])
      await cache.clear({ tags: ["t"] })

      expect(await cache.get({ key: "long" })).toBeNull()
    }
  )
}

async function untilGone(cache: ICachingProviderService, key: string, lifetimeMs: number): Promise<void> {
  await eventually(
    () => cache.get({ key }) as Promise<unknown>,
    (value) => value === null,
    lifetimeMs + SLACK_MS
  )
}

/** Returns when an entry with a time to live of one second, stored now, has expired. */
async function untilAnotherExpired(cache: ICachingProviderService): Promise<void> {
  await cache.set({ key: "control", data: { id: "control" }, ttl: 1 })
  await untilGone(cache, "control", 1_000)
}
