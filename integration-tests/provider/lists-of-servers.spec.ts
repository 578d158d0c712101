import { setTimeout as delay } from "node:timers/promises"
import { Cache, DEFAULT_CACHE_OPTIONS, DependableServer } from "../../src/cache"
import { createCache, createServers, serverOptionsOf } from "../../src/providers/memcached/create-cache"
import { validateOptions } from "../../src/providers/memcached/validate-options"
import { closeAll, openProxy } from "../../testing/clients"
import { CollectingLogger } from "../../testing/collecting-logger"
import { eventually } from "../../testing/eventually"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { Process, Workload } from "./workload"

jest.setTimeout(120_000)

const PATIENCE_MS = 60_000

describe("a list of servers that changes", () => {
  let memcacheds: MemcachedProcess[]
  const running: Process[] = []
  const boot = async (...ports: number[]): Promise<Process> => {
    const process = new Process(ports)
    running.push(process)
    await process.cache.connect()
    return process
  }

  beforeEach(async () => {
    memcacheds = await Promise.all([startMemcached(), startMemcached(), startMemcached()])
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ cache }) => cache.close()))
    await Promise.all(memcacheds.map((memcached) => memcached.kill()))
  })

  it.each([
    ["gets one more", [0, 1], [0, 1, 2]],
    ["loses one", [0, 1, 2], [0, 1]],
    ["has another order", [0, 1, 2], [2, 0, 1]],
    ["has another first server", [0, 1], [2, 0, 1]],
  ])("and %s, process by process under load, lets nothing stale through", async (_, before, after) => {
    const portsOf = (list: readonly number[]): number[] => list.map((i) => memcacheds[i]?.port ?? 0)
    const old = [await boot(...portsOf(before)), await boot(...portsOf(before))]
    const workload = new Workload()
    workload.start(old, old)
    const next = new Workload(workload)
    try {
      await delay(1_000)
      const first = await boot(...portsOf(after))
      next.start([first], [first])
      await delay(2_500)
      await workload.stop()
      const second = await boot(...portsOf(after))
      next.start([second], [second])
      await delay(2_500)
      next.take()
      await delay(1_500)
      const { hits, lookups } = next.take()
      expect(hits).toBeGreaterThan(lookups / 2)
    } finally {
      await Promise.all([workload.stop(), next.stop()])
    }
    expect([...workload.stale, ...next.stale]).toEqual([])
  })

  it("is waited for, even when it is gone for good, until it is forgotten", async () => {
    const [first = 0, second = 0, third = 0] = memcacheds.map(({ port }) => port)
    await boot(first, second, third)
    const process = await boot(first, second)
    const clear = () => process.cache.clear({ tags: ["t"] })
    expect(await clear()).toEqual({ status: "applied" })

    await memcacheds[2]?.kill()
    const id = `127.0.0.1:${third}`
    await eventually(clear, ({ status }) => status === "pending", PATIENCE_MS)
    expect(await clear()).toEqual({ status: "pending", servers: [id] })
    expect(await process.cache.forgetServer(`127.0.0.1:${first}`)).toBe("configured")
    expect(await process.cache.forgetServer("127.0.0.1:1")).toBe("unknown")
    await Promise.all(running.splice(0, 1).map(({ cache }) => cache.close()))

    expect(await process.cache.forgetServer(id)).toBe("forgotten")
    expect(await clear()).toEqual({ status: "applied" })
    await delay(1_500)
    expect(await clear()).toEqual({ status: "applied" })
  })
})

describe("a server that other processes list", () => {
  afterEach(closeAll)

  /** A server that its process lists by a name of this form. */
  class NamedServer extends DependableServer {
    override readonly id: string

    constructor(port: number, id: string) {
      super({ host: "127.0.0.1", port })
      this.id = id
    }
  }

  it.each([
    ["host:port", true],
    ["memcached://host:port", false],
    ["host:0port", false],
    ["user:password@host:port", false],
  ])("by a name of the form %s is connected to: %s", async (form, isConnected) => {
    const memcacheds = await Promise.all([startMemcached(), startMemcached()])
    const [first, second] = memcacheds
    const logger = new CollectingLogger()
    const proxy = await openProxy(second.port)
    const id = form.replace("host", "127.0.0.1").replace(/port$/, String(proxy.port))
    const own = { host: "127.0.0.1", port: first.port }
    const servers = [new DependableServer(own), new NamedServer(second.port, id)] as const
    const other = new Cache(DEFAULT_CACHE_OPTIONS, { servers, logger })
    const options = validateOptions({ serverUrls: [first.address], clearTimeoutMs: 100 })
    const cache = createCache(options, createServers(serverOptionsOf(options)), logger)
    try {
      await other.connect()
      await other.clear({ tags: ["t"] })
      await cache.connect()
      for (let i = 0; i < 20; i++) {
        await cache.get({ key: "k" })
        await cache.clear({ tags: ["t"] })
      }
      expect(proxy.connections).toBe(isConnected ? 1 : 0)
    } finally {
      await Promise.all([cache.close(), other.close()])
      await Promise.all(memcacheds.map((memcached) => memcached.kill()))
    }
  })
})
