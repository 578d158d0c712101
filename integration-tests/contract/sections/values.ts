import type { ContractRunner } from "../contract-runner"
import { incompressibleText, productList } from "../sample-data"

export function describeValues(runner: ContractRunner): void {
  const samples: [string, unknown][] = [
    ["nested objects", { a: { b: { c: [{ d: { e: [[1], [2, [3]]] } }] } } }],
    ["an empty object", {}],
    ["an empty list", []],
    ["a list with empty lists and objects", [[], {}, [[]], { list: [] }]],
    ["unicode", { ключ: "日本語", emoji: "👕🧵", combining: "e\u0301", separators: "\u2028\u2029", nul: "a\u0000b" }],
    ["a lone surrogate", { text: "broken \ud83d end" }],
    ["numbers", [0, -0.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0.1]],
    ["null fields", { deleted_at: null, list: [null, 1, null], nested: { type: null } }],
    ["false", false],
    ["true", true],
    ["zero", 0],
    ["a number", 1234.5],
    ["an empty string", ""],
    ["a string", "plain text"],
    ["a string that looks like JSON", '{"id":"1"}'],
    ["a string with line ends", "END\r\nVALUE medusa:x 0 3\r\nabc\r\n"],
    ["keys that look like properties of objects", { constructor: "c", toString: 1, hasOwnProperty: null, length: 3 }],
    ["numeric keys", { 10: "ten", 9: "nine", x: "last" }],
    ["a product list", productList(3)],
  ]
  for (const [name, data] of samples) {
    runner.test(`gives back ${name}`, async ({ cache }) => {
      await cache.set({ key: "sample", data: asData(data), ttl: 60, tags: ["t"] })

      expect(await cache.get({ key: "sample" })).toStrictEqual(data)
    })
  }

  runner.test("gives back dates and other objects as JSON has them", async ({ cache }) => {
    const createdAt = new Date("2026-01-02T03:04:05.678Z")
    const amount = { toJSON: () => "12.50" }
    await cache.set({
      key: "dates",
      data: { createdAt, amount, missing: undefined, list: [createdAt, undefined], not: Number.NaN },
      ttl: 60,
    })

    expect(await cache.get({ key: "dates" })).toStrictEqual({
      createdAt: "2026-01-02T03:04:05.678Z",
      amount: "12.50",
      list: ["2026-01-02T03:04:05.678Z", null],
      not: null,
    })
  })

  runner.test("gives a fresh object with every hit", async ({ cache }) => {
    await cache.set({ key: "fresh", data: { list: [{ price: 1 }] }, ttl: 60, tags: ["t"] })
    const first = (await cache.get({ key: "fresh" })) as { list: { price: number }[] }
    first.list.push({ price: 2 })
    Object.assign(first.list[0] ?? {}, { price: 99 })

    expect(await cache.get({ key: "fresh" })).toEqual({ list: [{ price: 1 }] })
    expect(await cache.get({ tags: ["t"] })).toEqual([{ list: [{ price: 1 }] }])
  })

  runner.test("has serialised the data when set returns, since core does not wait for it", async ({ cache }) => {
    const small = { title: "as loaded", variants: [{ price: 1 }] }
    const large = productList(50)
    const largeAsLoaded: unknown = JSON.parse(JSON.stringify(large))

    const sets = [
      cache.set({ key: "small", data: small, ttl: 60, tags: ["t"] }),
      cache.set({ key: "large", data: large, ttl: 60, tags: ["t"] }),
    ]
    small.title = "changed by the caller"
    small.variants.push({ price: 2 })
    for (const product of large.products) product.title = "changed by the caller"
    await Promise.all(sets)

    expect(await cache.get({ key: "small" })).toEqual({ title: "as loaded", variants: [{ price: 1 }] })
    expect(await cache.get({ key: "large" })).toEqual(largeAsLoaded)
  })

  runner.test("takes 400 KB with 1,000 tags", async ({ cache }) => {
    const data = productList(50)
    expect(JSON.stringify(data).length).toBeGreaterThan(400_000)
    const tags = Array.from({ length: 1_000 }, (_, i) => `ProductVariant:variant_${String(i).padStart(26, "0")}`)
    await cache.set({ key: "list", data, ttl: 60, tags })

    expect(await cache.get({ key: "list" })).toEqual(data)
    expect(await cache.get({ tags: tags.slice(998) })).toEqual([data])
    await cache.clear({ tags: tags.slice(999), options: { autoInvalidate: true } })
    expect(await cache.get({ key: "list" })).toBeNull()
  })

  runner.test("takes text that cannot be compressed", async ({ cache }) => {
    const data = { text: incompressibleText(300_000) }
    await cache.set({ key: "noise", data, ttl: 60 })

    expect(await cache.get({ key: "noise" })).toEqual(data)
  })

  runner.test("never answers the value before one that was too large to store", async ({ cache }) => {
    const data = { text: incompressibleText(3_000_000) }
    await cache.set({ key: "large", data: { text: "small" }, ttl: 60, tags: ["t"] })
    await cache.set({ key: "large", data, ttl: 60, tags: ["t"] })

    const found: unknown = await cache.get({ key: "large" })
    expect([JSON.stringify(data), "null"]).toContain(JSON.stringify(found))
    await cache.set({ key: "large", data: { text: "small again" }, ttl: 60 })
    expect(await cache.get({ key: "large" })).toEqual({ text: "small again" })
  })

  runner.test("takes null, which is a miss again", async ({ cache }) => {
    await cache.set({ key: "null", data: asData(null), ttl: 60, tags: ["t"] })

    expect(await cache.get({ key: "null" })).toBeNull()
  })

  runner.testOf("takesUndefined", "takes undefined, which is a miss again", async ({ cache }) => {
    await cache.set({ key: "undefined", data: asData(undefined), ttl: 60, tags: ["t"] })

    expect(await cache.get({ key: "undefined" })).toBeNull()
    expect(await cache.get({ tags: ["t"] })).toEqual([])
  })

  runner.testOf("findsFalsyByTag", "finds false, zero and an empty string by their tag", async ({ cache }) => {
    const values = [false, 0, ""]
    for (const [index, value] of values.entries()) {
      await cache.set({ key: `falsy-${index}`, data: asData(value), ttl: 60, tags: ["falsy"] })
    }

    expect(new Set((await cache.get({ tags: ["falsy"] })) as unknown[])).toEqual(new Set(values))
  })

  runner.test("survives data that JSON cannot have", async ({ cache }) => {
    const circular: { self?: unknown } = {}
    circular.self = circular
    await cache.set({ key: "circular", data: circular, ttl: 60 }).catch(() => undefined)
    await cache.set({ key: "bigint", data: { amount: 1n }, ttl: 60 }).catch(() => undefined)

    expect(await cache.get({ key: "circular" })).toBeNull()
    expect(await cache.get({ key: "bigint" })).toBeNull()
    await cache.set({ key: "circular", data: { fine: true }, ttl: 60 })
    expect(await cache.get({ key: "circular" })).toEqual({ fine: true })
  })
}

/** The interface says object; core passes whatever the load returned. */
function asData(value: unknown): object {
  return value as object
}
