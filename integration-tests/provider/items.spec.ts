import { CollectingLogger } from "../../testing/collecting-logger"
import { eventually } from "../../testing/eventually"
import { loadThrough } from "../contract/load-through"
import { openMemcachedProvider, PATIENT } from "../contract/memcached-subject"
import { incompressibleText, productList } from "../contract/sample-data"
import type { OpenInstance } from "../contract/subject"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { readItem, readStatistic, type StoredItem } from "./memcached-shell"

jest.setTimeout(120_000)

let memcached: MemcachedProcess
const openInstances: OpenInstance[] = []

beforeAll(async () => {
  memcached = await startMemcached()
})
afterEach(() => Promise.all(openInstances.splice(0).map((instance) => instance.close())))
afterAll(() => memcached.stop())

async function open(options: Record<string, unknown> = {}, logger = new CollectingLogger()) {
  const instance = await openMemcachedProvider({ ...PATIENT, serverUrls: [memcached.address], ...options }, logger)
  openInstances.push(instance)
  return instance.cache
}

/** Stores data under the options, checks that it can be read back, and returns the item as memcached has it. */
async function itemOf(data: object, options: Record<string, unknown>, tags: string[] = []): Promise<StoredItem> {
  const cache = await open(options)
  await cache.set({ key: "item", data, ttl: 60, tags })
  expect(await cache.get({ key: "item" })).toEqual(data)
  const prefix = typeof options.cachePrefix === "string" ? options.cachePrefix : "medusa"
  const item = await readItem(memcached.address, `${prefix}:item`)
  if (item === undefined) throw new Error("memcached has no such item")
  return item
}

describe("the tutorial's options", () => {
  it("cachePrefix names the items", async () => {
    const { bytes } = await itemOf({ of: "my shop" }, { cachePrefix: "my-shop" })

    expect(bytes.toString()).toContain('{"of":"my shop"}')
    expect((await itemOf({ of: "no prefix" }, {})).bytes.toString()).toContain('{"of":"no prefix"}')
  })

  it("defaultTtl is the time to live of what is stored without one", async () => {
    // Memcached counts in whole seconds, which have begun already: one second may be over at once.
    const cache = await open({ defaultTtl: 5, cachePrefix: "short" })
    await cache.set({ key: "default", data: { id: "default" } })
    await cache.set({ key: "given", data: { id: "given" }, ttl: 60 })
    expect(await cache.get({ key: "default" })).toEqual({ id: "default" })

    await eventually(
      () => cache.get({ key: "default" }) as Promise<unknown>,
      (value) => value === null,
      15_000
    )
    expect(await cache.get({ key: "given" })).toEqual({ id: "given" })
  })

  it("serverUrls spreads the entries over several servers", async () => {
    const second = await startMemcached()
    try {
      const cache = await open({ serverUrls: [memcached.address, second.address], cachePrefix: "spread" })
      const keys = Array.from({ length: 60 }, (_, i) => `entry-${i}`)
      await Promise.all(keys.map((key) => cache.set({ key, data: { key }, ttl: 60, tags: ["t"] })))
      for (const key of keys) expect(await cache.get({ key })).toEqual({ key })

      const onSecond = await Promise.all(keys.map((key) => readItem(second.address, `spread:${key}`)))
      const count = onSecond.filter((item) => item !== undefined).length
      expect(count).toBeGreaterThan(10)
      expect(count).toBeLessThan(50)
      await cache.clear({ tags: ["t"] })
      for (const key of keys) expect(await cache.get({ key })).toBeNull()
    } finally {
      await second.stop()
    }
  })

  it("serverUrls takes a list in one string, as memjs does", async () => {
    const second = await startMemcached()
    try {
      const cache = await open({ serverUrls: [`${memcached.address},${second.address}`], cachePrefix: "list" })
      for (let i = 0; i < 30; i++) await cache.set({ key: `${i}`, data: { i }, ttl: 60 })

      expect(await readStatistic(second.address, "curr_items")).toBeGreaterThan(0)
    } finally {
      await second.stop()
    }
  })
})

describe("compression", () => {
  const large = productList(20)
  const json = JSON.stringify(large)

  it("is on by default, with bytes and not with text", async () => {
    const { bytes } = await itemOf(large, { cachePrefix: "default" })

    expect(bytes.length).toBeLessThan(json.length / 4)
    expect(bytes.toString("latin1")).not.toContain("Product 1")
    // Base64 would have none but these characters.
    expect(bytes.subarray(0, 1_000).toString("latin1")).not.toMatch(/^[\w+/=]+$/)
  })

  it("can be turned off", async () => {
    const { bytes } = await itemOf(large, { cachePrefix: "off", compression: { enabled: false } })

    expect(bytes.length).toBeGreaterThanOrEqual(json.length)
    expect(bytes.toString()).toContain(json)
  })

  it("has a level", async () => {
    const [fast, normal, small] = [
      await itemOf(large, { cachePrefix: "level-1", compression: { level: 1 } }),
      await itemOf(large, { cachePrefix: "level-4" }),
      await itemOf(large, { cachePrefix: "level-9", compression: { level: 9 } }),
    ]

    expect(fast.bytes.length).toBeGreaterThan(normal.bytes.length)
    expect(normal.bytes.length).toBeGreaterThanOrEqual(small.bytes.length)
  })

  it("has a threshold, below which an entry can be read in a shell", async () => {
    const data = { text: "abc ".repeat(400) }
    const below = await itemOf(data, { cachePrefix: "below" })
    const above = await itemOf(data, { cachePrefix: "above", compression: { threshold: 100 } })

    expect(below.bytes.toString().startsWith(JSON.stringify(data))).toBe(true)
    expect(above.bytes.length).toBeLessThan(below.bytes.length / 4)
  })

  it("leaves an entry with tags readable as well", async () => {
    const data = { id: "prod_1", title: "Shirt" }
    const { bytes } = await itemOf(data, { cachePrefix: "tags" }, ["Product:prod_1", "Product:list:*"])

    expect(bytes.toString().startsWith(JSON.stringify(data))).toBe(true)
  })

  it("is left out where it gains nothing", async () => {
    // Fixed: of random texts of 60 characters, Brotli makes one in a hundred smaller.
    const data = { noise: "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789" }
    const plain = await itemOf(data, { cachePrefix: "noise-off", compression: { enabled: false } })
    const tried = await itemOf(data, { cachePrefix: "noise-on", compression: { threshold: 0 } })

    expect(tried.bytes.toString().startsWith(JSON.stringify(data))).toBe(true)
    expect(tried.bytes.length).toBe(plain.bytes.length)
  })
})

describe("the server's item limit", () => {
  const tooLarge = () => ({ text: incompressibleText(2_000_000) })

  it("refuses an entry over it without an exception, and says so once", async () => {
    const logger = new CollectingLogger()
    const cache = await open({ cachePrefix: "limit" }, logger)
    for (let i = 0; i < 5; i++) await cache.set({ key: `dd0893d4b3e95be${i}`, data: tooLarge(), ttl: 60, tags: ["t"] })

    for (let i = 0; i < 5; i++) expect(await cache.get({ key: `dd0893d4b3e95be${i}` })).toBeNull()
    expect(logger.texts("warn")).toHaveLength(1)
    expect(logger.texts("warn")[0]).toMatch(/limit|too large/i)
    expect(logger.texts("error")).toEqual([])
  })

  it("does not serve the value before it", async () => {
    const cache = await open({ cachePrefix: "replaced" })
    await cache.set({ key: "list", data: { version: 1 }, ttl: 60 })
    await cache.set({ key: "list", data: tooLarge(), ttl: 60 })
    expect(await cache.get({ key: "list" })).toBeNull()

    await cache.set({ key: "list", data: { version: 3 }, ttl: 60 })
    expect(await cache.get({ key: "list" })).toEqual({ version: 3 })
  })

  it("does not disturb what is stored at the same time", async () => {
    const cache = await open({ cachePrefix: "beside" })
    await Promise.all([
      cache.set({ key: "1", data: { id: "1" }, ttl: 60 }),
      cache.set({ key: "large", data: tooLarge(), ttl: 60 }),
      cache.set({ key: "2", data: { id: "2" }, ttl: 60 }),
    ])

    expect(await cache.get({ key: "1" })).toEqual({ id: "1" })
    expect(await cache.get({ key: "2" })).toEqual({ id: "2" })
  })

  it("is taken from the server when it is a higher one", async () => {
    const server = await startMemcached({ args: ["-I", "8m"] })
    try {
      const cache = await open({ serverUrls: [server.address], compression: { enabled: false } })
      // The server says its limit once it is connected.
      await eventually(
        () => loadThrough(cache, "large", { text: "x".repeat(3_000_000) }),
        (value) => value !== null,
        15_000
      )
    } finally {
      await server.stop()
    }
  })

  it("holds on a server with a lower one", async () => {
    const server = await startMemcached({ args: ["-I", "512k"] })
    try {
      const logger = new CollectingLogger()
      const cache = await open({ serverUrls: [server.address], compression: { enabled: false } }, logger)
      await cache.set({ key: "1", data: { text: "small" }, ttl: 60 })
      await cache.set({ key: "1", data: { text: "x".repeat(700_000) }, ttl: 60 })
      expect(await cache.get({ key: "1" })).toBeNull()

      await cache.set({ key: "1", data: { text: "small again" }, ttl: 60 })
      expect(await cache.get({ key: "1" })).toEqual({ text: "small again" })
    } finally {
      await server.stop()
    }
  })
})
