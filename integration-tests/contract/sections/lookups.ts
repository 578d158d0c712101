import type { ContractRunner } from "../contract-runner"

export function describeLookups(runner: ContractRunner): void {
  runner.test("answers null for a key that was never set", async ({ cache }) => {
    expect(await cache.get({ key: "nothing" })).toBeNull()
  })

  runner.test("answers an empty list for a tag that nothing has", async ({ cache }) => {
    expect(await cache.get({ tags: ["Nothing:list:*"] })).toEqual([])
  })

  runner.test("finds an entry by its key and by each of its tags", async ({ cache }) => {
    const data = { id: "prod_1", title: "Shirt" }
    await cache.set({ key: "shirt", data, ttl: 60, tags: ["Product:prod_1", "Product:list:*"] })

    expect(await cache.get({ key: "shirt" })).toEqual(data)
    expect(await cache.get({ tags: ["Product:prod_1"] })).toEqual([data])
    expect(await cache.get({ tags: ["Product:list:*"] })).toEqual([data])
  })

  runner.test("answers the union of several tags, each entry once", async ({ cache }) => {
    await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["both", "first"] })
    await cache.set({ key: "2", data: { id: "2" }, ttl: 60, tags: ["both", "second"] })
    await cache.set({ key: "3", data: { id: "3" }, ttl: 60, tags: ["third"] })

    expect(sortedIds(await cache.get({ tags: ["first", "both", "second"] }))).toEqual(["1", "2"])
    expect(sortedIds(await cache.get({ tags: ["second", "third", "unknown"] }))).toEqual(["2", "3"])
    expect(sortedIds(await cache.get({ tags: ["both"] }))).toEqual(["1", "2"])
  })

  runner.test("prefers the key to the tags", async ({ cache }) => {
    await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t"] })
    await cache.set({ key: "2", data: { id: "2" }, ttl: 60, tags: ["t"] })

    expect(await cache.get({ key: "1", tags: ["t"] })).toEqual({ id: "1" })
  })

  runner.test("does not fall back to the tags when the key is missing", async ({ cache }) => {
    await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t"] })

    expect(await cache.get({ key: "2", tags: ["t"] })).toBeNull()
  })

  runner.test("leaves out of a lookup by tags what was cleared", async ({ cache }) => {
    await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t", "one"] })
    await cache.set({ key: "2", data: { id: "2" }, ttl: 60, tags: ["t", "two"] })
    await cache.set({ key: "3", data: { id: "3" }, ttl: 60, tags: ["t", "three"] })
    await cache.clear({ tags: ["one"] })
    await cache.clear({ key: "2" })

    expect(await cache.get({ tags: ["t"] })).toEqual([{ id: "3" }])
  })

  runner.testOf("answersEmptyCalls", "takes calls with neither key nor tags", async ({ cache }) => {
    await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t"] })

    expect(await cache.get({})).toBeNull()
    expect(await cache.get({ tags: [] })).toBeNull()
    await cache.clear({})
    expect(await cache.get({ key: "1" })).toEqual({ id: "1" })
  })
}

function sortedIds(found: unknown): string[] {
  return (found as { id: string }[]).map((entry) => entry.id).sort()
}
