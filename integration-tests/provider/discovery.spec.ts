import { setTimeout as delay } from "node:timers/promises"
import { Cache, DEFAULT_CACHE_OPTIONS, type DependableServer } from "../../src/cache"
import { Discovery } from "../../src/providers/memcached/discovery"
import { CollectingLogger } from "../../testing/collecting-logger"
import { eventually, until } from "../../testing/eventually"
import { FakeTextServer } from "../../testing/fake-text-server"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { type Process, Workload } from "./workload"

jest.setTimeout(60_000)

const POLL_MS = 100
const NAME = "127.0.0.1"

const running: { stop(): unknown }[] = []
const caches: Cache[] = []

afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()))
  await Promise.all(running.splice(0).map((server) => server.stop()))
})

async function memcached(): Promise<MemcachedProcess> {
  const server = await startMemcached()
  running.push({ stop: () => server.kill() })
  return server
}

/** A configuration endpoint. */
class Endpoint {
  #version = 1
  answer: (() => string | undefined) | undefined
  readonly server: FakeTextServer

  private constructor(
    server: FakeTextServer,
    private nodes: readonly MemcachedProcess[]
  ) {
    this.server = server
  }

  static async start(...nodes: MemcachedProcess[]): Promise<Endpoint> {
    const list: { of?: Endpoint } = {}
    const server = await FakeTextServer.start((line) => (line === "config get cluster" ? list.of?.say() : undefined))
    running.push(server)
    return (list.of = new Endpoint(server, nodes))
  }

  list(nodes: readonly MemcachedProcess[], version = this.#version + 1): void {
    this.nodes = nodes
    this.#version = version
  }

  private say(): string | undefined {
    if (this.answer) return this.answer()
    const body = `${this.#version}\n${this.nodes.map(({ port }) => `${NAME}||${port}`).join(" ")}\n`
    return `CONFIG cluster 0 ${body.length}\r\n${body}\r\nEND\r\n`
  }
}

interface Shop {
  readonly cache: Cache
  readonly logger: CollectingLogger
  readonly servers: string[]
}

async function open(port: number, forgetMs?: number): Promise<Shop> {
  const logger = new CollectingLogger()
  const servers: string[] = []
  const discovery = new Discovery({
    endpoint: { host: NAME, port, timeoutMs: 300, connectTimeoutMs: 300 },
    say: logger,
    onServer: ({ id }: DependableServer) => void servers.push(id),
    pollMs: POLL_MS,
    ...(forgetMs === undefined ? {} : { forgetMs }),
  })
  const cache = new Cache(DEFAULT_CACHE_OPTIONS, { servers: await discovery.begin(), logger })
  caches.push(cache)
  await cache.connect()
  discovery.follow(cache)
  return { cache, logger, servers }
}

/** As they are listed: sorted. */
const idsOf = (nodes: readonly MemcachedProcess[]): string[] => nodes.map(({ port }) => `${NAME}:${port}`).sort()

const usesOnly = (cache: Cache, nodes: readonly MemcachedProcess[]): Promise<void> =>
  until(() => cache.servers.map(({ id }) => id).join() === idsOf(nodes).join(), "the new list")

/** Stores entries with a context each, as requests do. */
const store = (cache: Cache, keys: readonly string[]): Promise<unknown> =>
  Promise.all(
    keys.map(async (key) => {
      await Promise.resolve()
      await cache.get({ key })
      await cache.set({ key, data: { key }, ttl: 600, tags: ["Product:1"] })
    })
  )

/** As `store`. */
async function foundIn(cache: Cache, keys: readonly string[]): Promise<number> {
  const lookUp = (key: string): Promise<unknown> => Promise.resolve().then(() => cache.get({ key }))
  return (await Promise.all(keys.map(lookUp))).filter((found) => found !== null).length
}

const KEYS = Array.from({ length: 90 }, (_, i) => `key-${i}`)

describe("a cluster with a configuration endpoint", () => {
  it("is used as it lists its nodes", async () => {
    const nodes = [await memcached(), await memcached()]
    const { cache, servers } = await open((await Endpoint.start(...nodes)).server.port)

    expect(cache.servers.map(({ id }) => id)).toEqual(idsOf(nodes))
    expect([...servers].sort()).toEqual(idsOf(nodes))
    await store(cache, KEYS)
    expect(await foundIn(cache, KEYS)).toBe(KEYS.length)
    expect(await cache.clear({ tags: ["Product:1"] })).toEqual({ status: "applied" })
    expect(await foundIn(cache, KEYS)).toBe(0)
  })

  it("gets a node while it runs: most entries stay where they are, and the node takes its share", async () => {
    const nodes = [await memcached(), await memcached()]
    const endpoint = await Endpoint.start(...nodes)
    const { cache, logger } = await open(endpoint.server.port)
    await store(cache, KEYS)
    const added = await memcached()
    endpoint.list([...nodes, added])
    await usesOnly(cache, [...nodes, added])

    await until(() => cache.insight.health().status === "healthy", "the new node to be listed by the others")
    const kept = await foundIn(cache, KEYS)
    expect(kept).toBeGreaterThan(KEYS.length / 2)
    expect(kept).toBeLessThan(KEYS.length)
    const areAllFound = async (): Promise<boolean> => {
      await store(cache, KEYS)
      return (await foundIn(cache, KEYS)) === KEYS.length
    }
    expect(await eventually(areAllFound, (isTrue) => isTrue, 5_000)).toBe(true)
    expect(logger.texts("info").join()).toContain(`+${NAME}:${added.port}`)
  })

  it("loses a node for good: no clear is pending for it", async () => {
    const [stays, goes] = [await memcached(), await memcached()]
    const endpoint = await Endpoint.start(stays, goes)
    const { cache } = await open(endpoint.server.port, 3 * POLL_MS)
    await store(cache, KEYS)
    await cache.clear({ tags: ["Product:1"] })
    endpoint.list([stays])
    await goes.kill()
    await usesOnly(cache, [stays])

    const isApplied = async (): Promise<boolean> => (await cache.clear({ tags: ["Product:1"] })).status === "applied"
    expect(await eventually(isApplied, (isTrue) => isTrue, 20_000)).toBe(true)
    await store(cache, KEYS)
    expect(await foundIn(cache, KEYS)).toBe(KEYS.length)
  })

  it("does not go back to an older list", async () => {
    const nodes = [await memcached(), await memcached()]
    const endpoint = await Endpoint.start(...nodes)
    endpoint.list(nodes, 7)
    const { cache, logger } = await open(endpoint.server.port)
    endpoint.list(nodes.slice(0, 1), 6)
    await until(() => logger.texts("warn").join().includes("version 6 after 7"), "the complaint")

    expect(cache.servers).toHaveLength(2)
  })

  it.each([
    ["an error", () => "ERROR\r\n", "gave an answer that is no list of nodes"],
    ["another list", () => "CONFIG cluster 0 3\r\n1\nx\r\nEND\r\n", "gave an answer that is no list of nodes"],
    ["no end", () => "x".repeat(40_000), "answered with more than 32768 bytes"],
    ["nothing", () => undefined, "does not answer within 300 ms"],
  ])(
    "is away while the endpoint answers with %s, and is there as soon as it lists them",
    async (_, answer, problem) => {
      const node = await memcached()
      const endpoint = await Endpoint.start(node)
      endpoint.answer = answer
      const { cache, logger } = await open(endpoint.server.port)
      await store(cache, KEYS.slice(0, 3))

      expect(await foundIn(cache, KEYS.slice(0, 3))).toBe(0)
      expect(cache.insight.health().status).toBe("unreachable")
      expect(logger.texts("warn").join()).toContain(problem)

      endpoint.answer = undefined
      await usesOnly(cache, [node])
      await store(cache, KEYS)
      expect(await foundIn(cache, KEYS)).toBe(KEYS.length)
      expect(cache.insight.health().status).toBe("healthy")
    }
  )

  it("keeps a clear that was made before any node was known", async () => {
    const node = await memcached()
    const endpoint = await Endpoint.start(node)
    const other = await open(endpoint.server.port)
    await store(other.cache, KEYS)
    const away = await Endpoint.start(node)
    away.answer = () => "ERROR\r\n"
    const { cache } = await open(away.server.port)
    const clear = cache.clear({ tags: ["Product:1"] })
    await delay(50)
    away.answer = undefined

    expect(await clear).toEqual({ status: "applied" })
    expect(await foundIn(other.cache, KEYS)).toBe(0)
  })

  it("is never stale while nodes come and go under load", async () => {
    const nodes = [await memcached(), await memcached(), await memcached()]
    const endpoint = await Endpoint.start(...nodes.slice(0, 2))
    const shops = await Promise.all([open(endpoint.server.port), open(endpoint.server.port)])
    const workload = new Workload()
    const processes = shops.map(({ cache }) => ({ cache }) as Process)
    workload.start(processes, processes)
    for (const count of [3, 2, 3, 2]) {
      await delay(600)
      endpoint.list(nodes.slice(0, count))
    }
    await delay(600)
    await workload.stop()

    expect(workload.stale).toEqual([])
    expect(workload.hits).toBeGreaterThan(100)
    expect(workload.clears.length).toBeGreaterThan(20)
  })
})
