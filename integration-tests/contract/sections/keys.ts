import type { ContractRunner } from "../contract-runner"
import type { ContractTest } from "../subject"

export function describeKeys(runner: ContractRunner): void {
  const keys = {
    "an automatic key": "dd0893d4b3e95be7",
    "a key with spaces": "products of the front page",
    "a key with line ends": "a\r\nset b 0 0 1\r\nx\r\n",
    "a key with control characters": "\u0000\u0001\u001f\u007f\t",
    "a key in unicode": "продукты-商品-👕",
    "a key with colons": "products:list:eu:de",
    "a key of 250 characters": "k".repeat(250),
    "a key of 300 characters": "k".repeat(300),
    "a key of 10,000 characters": "long key ".repeat(1_111),
    "a key in JSON": JSON.stringify({ entity: "product", filters: { id: ["prod_1"] } }),
    "a key that is an asterisk": "*",
    "a key like a property": "__proto__",
    "a key like a method": "constructor",
  }
  for (const [name, key] of Object.entries(keys)) {
    runner.test(`takes ${name}`, async ({ cache }) => {
      await cache.set({ key, data: { key }, ttl: 60, tags: ["t"] })
      expect(await cache.get({ key })).toEqual({ key })

      await cache.clear({ key })
      expect(await cache.get({ key })).toBeNull()
      await cache.set({ key, data: { key, again: true }, ttl: 60, tags: ["t"] })
      await cache.clear({ tags: ["t"] })
      expect(await cache.get({ key })).toBeNull()
    })
  }

  for (const [name, key] of Object.entries(keys)) {
    const find: ContractTest = async ({ cache }) => {
      await cache.set({ key, data: { key }, ttl: 60, tags: ["t"] })

      expect(await cache.get({ tags: ["t"] })).toEqual([{ key }])
    }
    if (key.includes("\n")) runner.testOf("findsKeysWithLineEndsByTag", `finds by its tag ${name}`, find)
    else runner.test(`finds by its tag ${name}`, find)
  }

  runner.test("tells apart keys that differ little", async ({ cache }) => {
    const long = "k".repeat(300)
    const similar = [
      "a b",
      "a_b",
      "a  b",
      "a\tb",
      "A B",
      "a:b",
      "é",
      "e\u0301",
      `${long}1`,
      `${long}2`,
      "%20",
      " ",
      "a ",
      " a",
    ]
    for (const key of similar) await cache.set({ key, data: { key }, ttl: 60 })

    for (const key of similar) expect(await cache.get({ key })).toEqual({ key })
    await cache.clear({ key: `${long}1` })
    await cache.clear({ key: "a b" })
    expect(await cache.get({ key: `${long}2` })).toEqual({ key: `${long}2` })
    expect(await cache.get({ key: "a_b" })).toEqual({ key: "a_b" })
  })

  runner.test("keeps a key and a tag of the same name apart", async ({ cache }) => {
    await cache.set({ key: "same", data: { id: "key" }, ttl: 60, tags: ["other"] })
    await cache.set({ key: "else", data: { id: "tag" }, ttl: 60, tags: ["same"] })

    await cache.clear({ tags: ["same"] })
    expect(await cache.get({ key: "same" })).toEqual({ id: "key" })
    expect(await cache.get({ key: "else" })).toBeNull()
    await cache.set({ key: "else", data: { id: "tag" }, ttl: 60, tags: ["same"] })
    await cache.clear({ key: "same" })
    expect(await cache.get({ key: "same" })).toBeNull()
    expect(await cache.get({ key: "else" })).toEqual({ id: "tag" })
  })

  runner.testOf("separatesOwnItems", "lets no key meet an item of its own", async ({ cache }) => {
    await cache.set({ key: "a", data: { id: "a" }, ttl: 60, tags: ["t"] })
    const own = [
      "tags:a",
      "tag:t",
      "~head",
      "~index:1",
      "~log:x:1",
      "~lease:a",
      "~",
      "~h:a",
      "head",
      "t",
      "index",
      "stats",
    ]
    for (const key of own) await cache.set({ key, data: { key }, ttl: 60, tags: ["own"] })

    for (const key of own) expect(await cache.get({ key })).toEqual({ key })
    expect(await cache.get({ key: "a" })).toEqual({ id: "a" })
    for (const key of own) await cache.clear({ key })
    expect(await cache.get({ key: "a" })).toEqual({ id: "a" })
    expect(await cache.get({ tags: ["t"] })).toEqual([{ id: "a" }])
    await cache.clear({ tags: ["t"] })
    expect(await cache.get({ key: "a" })).toBeNull()
  })
}
