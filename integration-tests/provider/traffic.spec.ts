import { FaultProxy } from "../../testing/fault-proxy"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { openMemcachedProvider, PATIENT } from "../contract/memcached-subject"

let memcached: MemcachedProcess
let proxy: FaultProxy

beforeAll(async () => {
  memcached = await startMemcached()
  proxy = await FaultProxy.start(memcached.port)
})
afterAll(async () => {
  await proxy.stop()
  await memcached.stop()
})

describe.each(["binary", "meta"] as const)("a hit in the %s protocol", (protocol) => {
  // The head travels with the first of them.
  it.each([1, 16])("is one write and one answer for %d lookups in a tick, the head included", async (count) => {
    const serverUrls = [`127.0.0.1:${proxy.port}`]
    const { cache, close } = await openMemcachedProvider({ ...PATIENT, protocol, serverUrls, cachePrefix: protocol })
    try {
      const keys = Array.from({ length: count }, (_, i) => `key-${i}`)
      const get = (): Promise<unknown[]> => Promise.all(keys.map((key) => cache.get({ key })))
      await get()
      await Promise.all(keys.map((key) => cache.set({ key, data: { key }, tags: [`Key:${key}`], ttl: 60 })))
      expect(await get()).toEqual(keys.map((key) => ({ key })))
      proxy.resetCounters()
      expect(await get()).toEqual(keys.map((key) => ({ key })))
      expect([proxy.requestChunks, proxy.responseChunks]).toEqual([1, 1])
      expect(proxy.commands).toMatchObject({ entriesAsked: count, entriesFound: count, ownCommands: 1 })
    } finally {
      await close()
    }
  })
})

describe("a hit of what the process has read before", () => {
  const data = Array.from({ length: 500 }, (_, i) => ({ id: `prod_${i}`, sku: `${i * 7919}` }))
  const tags = data.map(({ id }) => `Product:${id}`)

  // Binary has no command that leaves the value out.
  it.each([
    ["meta", 50, 200],
    ["binary", 5_000, 20_000],
  ] as const)("in the %s protocol receives %d to %d bytes", async (protocol, leastBytes, mostBytes) => {
    const serverUrls = [`127.0.0.1:${proxy.port}`]
    const { cache, close } = await openMemcachedProvider({
      ...PATIENT,
      protocol,
      serverUrls,
      cachePrefix: `b-${protocol}`,
      // It is written behind the set, at a moment that is not the test's.
      index: { enabled: false },
    })
    try {
      await cache.get({ key: "list" })
      await cache.set({ key: "list", data, tags, ttl: 60 })
      proxy.resetCounters()
      expect(await cache.get({ key: "list" })).toEqual(data)
      expect(proxy.responseBytes).toBeGreaterThan(5_000)
      proxy.resetCounters()
      expect(await cache.get({ key: "list" })).toEqual(data)
      expect(proxy.responseBytes).toBeGreaterThan(leastBytes)
      expect(proxy.responseBytes).toBeLessThan(mostBytes)
      expect(proxy.commands).toMatchObject({ entriesAsked: 1, entriesFound: 1, ownCommands: 1 })
    } finally {
      await close()
    }
  })
})
