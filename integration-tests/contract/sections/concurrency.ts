import type { ContractRunner } from "../contract-runner"

export function describeConcurrency(runner: ContractRunner): void {
  runner.test("loses no tag of entries that are stored together", async ({ cache }) => {
    const keys = Array.from({ length: 100 }, (_, i) => `entry-${i}`)
    await Promise.all(keys.map((key) => cache.set({ key, data: { key }, ttl: 60, tags: ["shared", `own:${key}`] })))

    const found = (await cache.get({ tags: ["shared"] })) as { key: string }[]
    expect(found.map((entry) => entry.key).sort()).toEqual([...keys].sort())
    await cache.clear({ tags: ["own:entry-42"] })
    expect(await cache.get({ key: "entry-42" })).toBeNull()
    expect(await cache.get({ key: "entry-41" })).toEqual({ key: "entry-41" })
    await cache.clear({ tags: ["shared"] })
    const left = await Promise.all(keys.map((key) => cache.get({ key }) as Promise<unknown>))
    expect(left.filter((value) => value !== null)).toEqual([])
  })

  runner.test("answers each of many lookups at once with its own value", async ({ cache }) => {
    const keys = Array.from({ length: 300 }, (_, i) => `entry-${i}`)
    await Promise.all(keys.map((key, i) => cache.set({ key, data: { key, pad: "x".repeat(i * 20) }, ttl: 60 })))

    const found = await Promise.all(
      [...keys, ...keys].map(async (key) => ({ key, value: (await cache.get({ key })) as { key: string } | null }))
    )
    for (const { key, value } of found) expect(value?.key).toBe(key)
  })

  runner.test("keeps one of several values that are stored for a key at once, and not a mixture", async ({ cache }) => {
    const versions = Array.from({ length: 20 }, (_, i) => ({
      version: i,
      copies: Array.from({ length: 500 }, () => i),
    }))
    await Promise.all(versions.map((data) => cache.set({ key: "1", data, ttl: 60, tags: ["t"] })))

    expect(versions).toContainEqual(await cache.get({ key: "1" }))
    await cache.clear({ tags: ["t"] })
    expect(await cache.get({ key: "1" })).toBeNull()
  })

  runner.test("takes a flood of clears, as core sends for a catalogue that is imported", async ({ cache }) => {
    await cache.set({ key: "hit", data: { id: "hit" }, ttl: 60, tags: ["Product:prod_1299"] })
    await cache.set({ key: "spared", data: { id: "spared" }, ttl: 60, tags: ["Region:reg_1"] })
    const options = { autoInvalidate: true }
    await Promise.all(
      Array.from({ length: 1_300 }, (_, i) => cache.clear({ tags: ["Product:list:*", `Product:prod_${i}`], options }))
    )

    expect(await cache.get({ key: "hit" })).toBeNull()
    expect(await cache.get({ key: "spared" })).toEqual({ id: "spared" })
    await cache.set({ key: "hit", data: { id: "again" }, ttl: 60, tags: ["Product:prod_1299"] })
    expect(await cache.get({ key: "hit" })).toEqual({ id: "again" })
  })

  runner.test("carries out what one caller does in the order of its calls", async ({ cache }) => {
    for (let version = 1; version <= 50; version++) {
      await cache.set({ key: "1", data: { version }, ttl: 60, tags: ["t"] })
      expect(await cache.get({ key: "1" })).toEqual({ version })
      await (version % 2 === 0 ? cache.clear({ tags: ["t"] }) : cache.clear({ key: "1" }))
      expect(await cache.get({ key: "1" })).toBeNull()
    }
  })
}
