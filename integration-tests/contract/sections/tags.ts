import type { ContractRunner } from "../contract-runner"

export function describeTags(runner: ContractRunner): void {
  const tags = {
    "a tag of core": "Product:list:*",
    "a tag with spaces": "front page",
    "a tag in unicode": "категория-商品-👕",
    "a tag with control characters": "a\r\nflush_all\r\n\u0000",
    "a tag of 300 characters": "t".repeat(300),
    "a tag of 10,000 characters": "tag ".repeat(2_500),
    "a tag with an undefined id": "Cart:undefined",
    "a tag like a property": "__proto__",
  }
  for (const [name, tag] of Object.entries(tags)) {
    runner.test(`takes ${name}`, async ({ cache }) => {
      await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: [tag] })
      await cache.set({ key: "2", data: { id: "2" }, ttl: 60, tags: [`${tag}2`] })
      expect(await cache.get({ tags: [tag] })).toEqual([{ id: "1" }])

      await cache.clear({ tags: [tag] })
      expect(await cache.get({ key: "1" })).toBeNull()
      expect(await cache.get({ key: "2" })).toEqual({ id: "2" })
    })
  }

  runner.test("takes a tag twice", async ({ cache }) => {
    await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t", "t", "u", "t"] })

    expect(await cache.get({ tags: ["t", "t"] })).toEqual([{ id: "1" }])
    await cache.clear({ tags: ["t", "t"] })
    expect(await cache.get({ key: "1" })).toBeNull()
  })

  runner.test("clears an entry of 1,000 tags by any of them", async ({ cache }) => {
    const names = Array.from({ length: 1_000 }, (_, i) => `Price:price_${i}`)
    for (const index of [0, 499, 999]) {
      await cache.set({ key: "1", data: { index }, ttl: 60, tags: names })
      await cache.clear({ tags: ["Price:price_1000", "Price:price_"] })
      expect(await cache.get({ key: "1" })).toEqual({ index })
      await cache.clear({ tags: names.slice(index, index + 1) })
      expect(await cache.get({ key: "1" })).toBeNull()
    }
  })

  runner.test("clears 1,000 tags with one call", async ({ cache }) => {
    const names = Array.from({ length: 1_000 }, (_, i) => `Price:price_${i}`)
    await cache.set({ key: "first", data: { id: "first" }, ttl: 60, tags: ["Price:price_0"] })
    await cache.set({ key: "last", data: { id: "last" }, ttl: 60, tags: ["Price:price_999"] })
    await cache.set({ key: "other", data: { id: "other" }, ttl: 60, tags: ["Price:price_1000"] })
    await cache.clear({ tags: names, options: { autoInvalidate: true } })

    expect(await cache.get({ key: "first" })).toBeNull()
    expect(await cache.get({ key: "last" })).toBeNull()
    expect(await cache.get({ key: "other" })).toEqual({ id: "other" })
  })

  runner.test("takes an entry without tags, which no tag clears", async ({ cache }) => {
    await cache.set({ key: "none", data: { id: "none" }, ttl: 60 })
    await cache.set({ key: "empty", data: { id: "empty" }, ttl: 60, tags: [] })
    await cache.clear({ tags: ["t", "", "undefined"] })

    expect(await cache.get({ key: "none" })).toEqual({ id: "none" })
    expect(await cache.get({ key: "empty" })).toEqual({ id: "empty" })
    await cache.clear({ key: "none" })
    expect(await cache.get({ key: "none" })).toBeNull()
  })

  runner.test("gives an entry the tags that it is overwritten with", async ({ cache }) => {
    await cache.set({ key: "1", data: { version: 1 }, ttl: 60, tags: ["old"] })
    await cache.set({ key: "1", data: { version: 2 }, ttl: 60, tags: ["new"] })

    expect(await cache.get({ tags: ["new"] })).toEqual([{ version: 2 }])
    await cache.clear({ tags: ["new"] })
    expect(await cache.get({ key: "1" })).toBeNull()
  })

  runner.testOf("overwritesTags", "takes from an entry the tags that it had before", async ({ cache }) => {
    await cache.set({ key: "1", data: { version: 1 }, ttl: 60, tags: ["old", "kept"] })
    await cache.set({ key: "1", data: { version: 2 }, ttl: 60, tags: ["kept"] })

    expect(await cache.get({ tags: ["old"] })).toEqual([])
    await cache.clear({ tags: ["old"] })
    expect(await cache.get({ key: "1" })).toEqual({ version: 2 })
    await cache.set({ key: "1", data: { version: 3 }, ttl: 60 })
    await cache.clear({ tags: ["kept"] })
    expect(await cache.get({ key: "1" })).toEqual({ version: 3 })
  })

  runner.testOf("readsTagsSynchronously", "has read the tags when set and clear return", async ({ cache }) => {
    const tags = ["t"]
    const set = cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags })
    tags[0] = "changed by the caller"
    await set
    expect(await cache.get({ tags: ["t"] })).toEqual([{ id: "1" }])

    const cleared = ["t"]
    const clear = cache.clear({ tags: cleared })
    cleared[0] = "changed by the caller"
    await clear
    expect(await cache.get({ key: "1" })).toBeNull()
  })
}
