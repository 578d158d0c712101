import type { ContractRunner } from "../contract-runner"
import { eventually } from "../../../testing/eventually"

export function describeInstances(runner: ContractRunner): void {
  runner.test("shows what one instance stores to another", async ({ cache, open }) => {
    const other = await open()
    await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t"] })

    expect(await other.get({ key: "1" })).toEqual({ id: "1" })
    await other.set({ key: "1", data: { id: "1", by: "the other" }, ttl: 60, tags: ["t"] })
    expect(await cache.get({ key: "1" })).toEqual({ id: "1", by: "the other" })
  })

  const clears = {
    "a key": { key: "1" },
    "a tag": { tags: ["t"] },
    "a tag, automatically": { tags: ["t"], options: { autoInvalidate: true } },
    everything: { tags: ["*"] },
  }
  for (const [name, clear] of Object.entries(clears)) {
    runner.test(`hides from every instance at once what one clears: ${name}`, async ({ cache, open }) => {
      const second = await open()
      const third = await open()
      for (const clearer of [cache, second, third]) {
        await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t"] })
        for (const reader of [cache, second, third]) expect(await reader.get({ key: "1" })).toEqual({ id: "1" })
        await clearer.clear(clear)
        for (const reader of [cache, second, third]) expect(await reader.get({ key: "1" })).toBeNull()
      }
    })
  }

  runner.test(
    "serves what was stored before an instance was opened, and not what was cleared",
    async ({ cache, open }) => {
      await cache.set({ key: "kept", data: { id: "kept" }, ttl: 60, tags: ["a"] })
      await cache.set({ key: "cleared", data: { id: "cleared" }, ttl: 60, tags: ["b"] })
      await cache.clear({ tags: ["b"] })
      const late = await open()

      expect(await late.get({ key: "kept" })).toEqual({ id: "kept" })
      expect(await late.get({ key: "cleared" })).toBeNull()
    }
  )

  runner.test("finds by tag what another instance has stored", async ({ cache, open }) => {
    const other = await open()
    const storeBoth = async () => {
      await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t"] })
      await other.set({ key: "2", data: { id: "2" }, ttl: 60, tags: ["t"] })
    }
    await storeBoth()
    const late = await open()

    // What an instance has stored itself it finds at once. Others may learn it a moment later; and where the two collide in
    // an index that may be incomplete, when the entry is stored again.
    expect(await cache.get({ tags: ["t"] })).toContainEqual({ id: "1" })
    expect(await other.get({ tags: ["t"] })).toContainEqual({ id: "2" })
    for (const reader of [cache, other, late]) {
      const found = await eventually(
        async () => {
          await storeBoth()
          return (await reader.get({ tags: ["t"] })) as { id: string }[]
        },
        (entries) => entries.length >= 2,
        30_000
      )
      expect(found.map((entry) => entry.id).sort()).toEqual(["1", "2"])
    }
  })

  runner.test("clears from several instances at once", async ({ cache, open }) => {
    const [second, third] = [await open(), await open()]
    const keys = Array.from({ length: 60 }, (_, i) => `entry-${i}`)
    await Promise.all(keys.map((key) => cache.set({ key, data: { key }, ttl: 60, tags: [`Tag:${key}`] })))
    await cache.set({ key: "spared", data: { id: "spared" }, ttl: 60, tags: ["Tag:spared"] })
    const clearer = (i: number) => (i % 3 === 0 ? cache : i % 3 === 1 ? second : third)
    await Promise.all(keys.map((key, i) => clearer(i).clear({ tags: [`Tag:${key}`, "Tag:list:*"] })))

    for (const reader of [cache, second, third]) {
      const left = await Promise.all(keys.map((key) => reader.get({ key }) as Promise<unknown>))
      expect(left.filter((value) => value !== null)).toEqual([])
      expect(await reader.get({ key: "spared" })).toEqual({ id: "spared" })
    }
  })

  runner.test("keeps prefixes apart", async ({ cache, prefix, open }) => {
    const stranger = await open(`${prefix}2`)
    await cache.set({ key: "1", data: { of: "one" }, ttl: 60, tags: ["t"] })
    expect(await stranger.get({ key: "1" })).toBeNull()
    await stranger.set({ key: "1", data: { of: "the other" }, ttl: 60, tags: ["t"] })
    expect(await cache.get({ key: "1" })).toEqual({ of: "one" })
    expect(await cache.get({ tags: ["t"] })).toEqual([{ of: "one" }])

    await cache.clear({ tags: ["t"] })
    await cache.clear({ key: "1" })
    expect(await stranger.get({ key: "1" })).toEqual({ of: "the other" })
    await cache.clear({ tags: ["*"] })
    expect(await cache.get({ key: "1" })).toBeNull()
    expect(await stranger.get({ key: "1" })).toEqual({ of: "the other" })
  })

  runner.testOf(
    "separatesNestedPrefixes",
    "keeps a prefix apart from one that begins with it, or refuses it",
    async ({ cache, prefix, open, takesPrefix }) => {
      const nestedPrefix = `${prefix}:eu`
      if (!takesPrefix(nestedPrefix)) return
      const nested = await open(nestedPrefix)
      await nested.set({ key: "1", data: { of: "eu" }, ttl: 60, tags: ["t"] })
      for (const key of ["eu:1", "eu:~head"]) {
        expect(await cache.get({ key })).toBeNull()
        await cache.set({ key, data: { of: "all" }, ttl: 60, tags: ["t"] })
        expect(await cache.get({ key })).toEqual({ of: "all" })
      }
      // The two names may be one, so that one of the entries is lost; neither may show the other's data.
      expect([null, { of: "eu" }]).toContainEqual(await nested.get({ key: "1" }))

      await nested.set({ key: "2", data: { of: "eu" }, ttl: 60, tags: ["t"] })
      await cache.clear({ tags: ["t"] })
      await cache.clear({ tags: ["*"] })
      expect(await nested.get({ key: "2" })).toEqual({ of: "eu" })
      await nested.clear({ tags: ["t"] })
      expect(await nested.get({ key: "2" })).toBeNull()
    }
  )
}
