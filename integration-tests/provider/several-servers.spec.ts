import dns from "node:dns"
import { Cache, DEFAULT_CACHE_OPTIONS, DependableServer } from "../../src/cache"
import { CollectingLogger } from "../../testing/collecting-logger"
import { eventually } from "../../testing/eventually"
import { openMemcachedProvider, PATIENT, runningCaches } from "../contract/memcached-subject"
import type { OpenInstance } from "../contract/subject"
import { Balancer } from "../../testing/balancer"
import { MemcachedProcess, startMemcached } from "../../testing/memcached"

jest.setTimeout(120_000)

const PATIENCE_MS = 60_000

const open: OpenInstance[] = []
let memcacheds: MemcachedProcess[] = []

async function boot(address: string) {
  const logger = new CollectingLogger()
  const options = { ...PATIENT, clearTimeoutMs: 300, serverUrls: [address], cachePrefix: "several" }
  const instance = await openMemcachedProvider(options, logger)
  open.push(instance)
  const engine = runningCaches().get(instance.id)
  if (!(engine instanceof Cache)) throw new Error("the provider runs no cache")
  return { logger, cache: instance.cache, engine }
}

afterEach(async () => {
  jest.restoreAllMocks()
  await Promise.all(open.splice(0).map((instance) => instance.close()))
  await Promise.all(memcacheds.splice(0).map((server) => server.kill()))
})

/** How often one of three processes serves what another one has cleared. */
async function countStale(address: string): Promise<number> {
  const editor = await boot(address)
  const readers = [await boot(address), await boot(address)]
  let stale = 0
  for (let round = 0; round < 10; round++) {
    const key = `k${round}`
    for (const { cache } of readers) await cache.set({ key, data: { round }, ttl: 60, tags: ["t"] })
    await editor.cache.clear({ tags: ["t"] })
    for (const { cache } of readers) if ((await cache.get({ key })) !== null) stale += 1
  }
  return stale
}

describe("an address with several servers behind it", () => {
  let balancer: Balancer
  beforeEach(async () => {
    memcacheds = await Promise.all([startMemcached(), startMemcached(), startMemcached()])
    balancer = await Balancer.start(...memcacheds.map(({ port }) => port))
  })
  afterEach(() => balancer.stop())

  it("serves nothing stale, and says what is wrong", async () => {
    expect(await countStale(balancer.address)).toBe(0)
    const { engine, logger } = await boot(balancer.address)
    expect(engine.insight.health()).toMatchObject({ status: "unreachable", reason: "several_servers" })
    const [report] = await engine.insight.servers.read()
    expect(report).toMatchObject({ state: "down", stats: null })
    expect(report?.reason).toContain("several Memcached servers")
    await eventually(
      () => logger.texts("warn"),
      (texts) => texts.some((text) => text.includes("several Memcached servers")),
      PATIENCE_MS
    )
  })
})

describe("when only one of them is left", () => {
  it("it is used again, without what was stored before", async () => {
    memcacheds = await Promise.all([startMemcached(), startMemcached()])
    const [first, second] = memcacheds.map(({ port }) => port) as [number, number]
    const balancer = await Balancer.start(second)
    const [host = "", port] = balancer.address.split(":")
    const cache = new Cache(
      {
        ...DEFAULT_CACHE_OPTIONS,
        log: { ...DEFAULT_CACHE_OPTIONS.log, clearTimeoutMs: 100, recoveryGraceMs: 0 },
        identity: { intervalMs: 100, suspendedIntervalMs: 50, cleanLooks: 3 },
      },
      { servers: [new DependableServer({ host, port: Number(port), ...PATIENT })], logger: new CollectingLogger() }
    )
    const until = (status: string) =>
      eventually(
        () => cache.insight.health(),
        (health) => health.status === status,
        PATIENCE_MS
      )
    try {
      await cache.connect()
      await cache.set({ key: "k", data: 1, tags: ["t"] })
      await cache.set({ key: "other", data: 1 })
      balancer.scaleTo(first, second)
      await until("unreachable")
      expect(await cache.clear({ tags: ["t"] })).toMatchObject({ status: "pending" })
      balancer.scaleTo(second)
      await until("healthy")
      expect([await cache.get({ key: "k" }), await cache.get({ key: "other" })]).toEqual([null, null])
      await cache.set({ key: "k", data: 2, tags: ["t"] })
      expect(await cache.get({ key: "k" })).toBe(2)
    } finally {
      await cache.close()
      await balancer.stop()
    }
  })
})

describe("an address that leads to another server for a while, as after a failover", () => {
  it("serves nothing that was cleared there, when it leads back", async () => {
    memcacheds = await Promise.all([startMemcached(), startMemcached()])
    const [first, second] = memcacheds.map(({ port }) => port) as [number, number]
    const balancer = await Balancer.start(first)
    try {
      const [reader, editor] = [await boot(balancer.address), await boot(balancer.address)]
      const read = () => reader.cache.get({ key: "k" })
      await editor.cache.set({ key: "k", data: { id: 1 }, ttl: 60, tags: ["t"] })
      expect(await read()).toEqual({ id: 1 })
      balancer.scaleTo(second)
      await eventually(read, (found) => found === null, PATIENCE_MS)
      await eventually(
        () => editor.engine.clear({ tags: ["t"] }),
        ({ status }) => status === "applied",
        PATIENCE_MS
      )
      // It has to reach the second server, to know that the log has begun anew.
      await eventually(
        () => reader.cache.set({ key: "new", data: { id: 1 }, ttl: 60 }).then(() => reader.cache.get({ key: "new" })),
        (found) => found !== null,
        PATIENCE_MS
      )
      balancer.scaleTo(first)
      await eventually(
        () => editor.cache.set({ key: "last", data: { id: 1 }, ttl: 60 }).then(() => editor.cache.get({ key: "last" })),
        (found) => found !== null,
        PATIENCE_MS
      )
      expect(await read()).toBeNull()
    } finally {
      await balancer.stop()
    }
  })
})

describe("a name with several addresses", () => {
  it("serves nothing stale, and says what is wrong", async () => {
    const first = await startMemcached()
    const others = ["127.0.0.2", "127.0.0.3"].map((host) => new MemcachedProcess(first.port, { host }))
    memcacheds = [first, ...others]
    await Promise.all(others.map((memcached) => memcached.restart()))
    const addresses = memcacheds.map(({ host }) => ({ address: host, family: 4 }))
    useName("memcached.shop.test", addresses)
    expect(await countStale(`memcached.shop.test:${first.port}`)).toBe(0)
    const { engine } = await boot(`memcached.shop.test:${first.port}`)
    expect(engine.insight.health()).toMatchObject({ status: "unreachable", reason: "several_servers" })
  })

  it("of one server works", async () => {
    const memcached = await startMemcached({ host: "0.0.0.0" })
    memcacheds = [memcached]
    useName("memcached.shop.test", [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
      // Nothing listens there.
      { address: "::1", family: 6 },
    ])
    const { engine, cache } = await boot(`memcached.shop.test:${memcached.port}`)
    expect(engine.insight.health().status).toBe("healthy")
    await cache.set({ key: "k", data: { id: 1 }, ttl: 60 })
    expect(await cache.get({ key: "k" })).toEqual({ id: 1 })
  })
})

/** As a name server with round robin answers for this name. */
function useName(name: string, addresses: readonly { address: string; family: number }[]): void {
  const { lookup } = dns
  let turn = 0
  const answer = () => {
    const first = turn++ % addresses.length
    return [...addresses.slice(first), ...addresses.slice(0, first)]
  }
  jest.spyOn(dns, "lookup").mockImplementation(((
    host: string,
    options: dns.LookupOptions,
    done: (...result: unknown[]) => void
  ) => {
    if (host !== name) return lookup(host, options, done)
    const found = answer()
    setImmediate(() => (options.all ? done(null, found) : done(null, found[0]?.address, found[0]?.family)))
  }) as never)
}
