import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import type { Command } from "../../memcached/server"

const KEY = "medusa:k"
const PRODUCTS = { products: Array.from({ length: 40 }, (_, i) => ({ id: `prod_${i}`, title: "a shirt ".repeat(20) })) }

const isForStateOnly = (command: Command): boolean => command.op === "get" && command.maxBytes === 0

/** What was asked of the item of "k", in order: for its state, or for all of it. */
const asked = ({ server }: CacheProcess): string[] =>
  server.sentOf("get", KEY).map((command) => (isForStateOnly(command) ? "state" : "item"))

/** A process that has read the entry of "k" and no more. */
async function reader(world: CacheWorld, options: ConstructorParameters<typeof CacheProcess>[1] = {}) {
  const shop = new CacheProcess(world, options)
  await shop.get("k")
  shop.server.sent.length = 0
  return shop
}

describe("an entry that this process has read", () => {
  it.each([
    ["small", 1],
    ["plain", { id: "prod_1" }],
    ["compressed", PRODUCTS],
    ["with other letters", { title: "Größe, 尺寸, 👕" }],
  ])("is served again once the server says that the item is unchanged: %s", async (_, data) => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", data, { tags: ["t"] })
    const shop = await reader(world)

    expect(await shop.get("k")).toEqual(data)
    expect(await shop.get("k")).toEqual(data)
    expect(asked(shop)).toEqual(["state", "state"])
  })

  it("costs one round trip, as any hit: the log first, then the state", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", PRODUCTS)
    const shop = await reader(world)
    await shop.get("k")

    expect(shop.server.sent.map(({ key }) => key)).toEqual(["medusa:~head", KEY])
  })

  it("is a fresh object each time, which its caller may change", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", { id: 1 })
    const shop = await reader(world)
    const [a, b] = (await Promise.all([shop.get("k"), shop.get("k")])) as [{ id: number }, { id: number }]
    a.id = 2

    expect(b).toEqual({ id: 1 })
    expect(await shop.get("k")).toEqual({ id: 1 })
  })

  it("is not found when any process has cleared it, and then read anew", async () => {
    const world = new CacheWorld()
    const other = new CacheProcess(world)
    await other.load("k", PRODUCTS, { tags: ["t"] })
    const shop = await reader(world)
    await other.clear("t")

    expect(await shop.get("k")).toBeNull()
    await other.load("k", { id: "new" }, { tags: ["t"] })
    expect(await shop.get("k")).toEqual({ id: "new" })
    expect(asked(shop)).toEqual(["state", "item"])
  })

  it("is the one that another process has stored since", async () => {
    const world = new CacheWorld()
    const other = new CacheProcess(world)
    await other.load("k", { id: "old" }, { tags: ["t"] })
    const shop = await reader(world)
    await other.cache.set({ key: "k", data: { id: "new" }, tags: ["t"], ttl: 3600 })

    expect(await shop.get("k")).toEqual({ id: "new" })
    expect(await shop.get("k")).toEqual({ id: "new" })
    expect(asked(shop)).toEqual(["state", "item", "state"])
  })

  it("is not found once Memcached has evicted it", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", PRODUCTS)
    const shop = await reader(world)
    world.memcached.execute({ op: "delete", key: KEY })

    expect(await shop.get("k")).toBeNull()
    expect(await shop.get("k")).toBeNull()
    expect(asked(shop)).toEqual(["state", "item"])
  })

  it("is read whole on another connection, where the number of its state says nothing: in one round trip", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", PRODUCTS)
    const shop = await reader(world)
    shop.server.reconnect()

    expect(await shop.get("k")).toEqual(PRODUCTS)
    expect(await shop.get("k")).toEqual(PRODUCTS)
    expect(asked(shop)).toEqual(["item", "state"])
  })

  it("is read whole when the connection is replaced while the lookup is under way", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", PRODUCTS)
    const shop = await reader(world)
    shop.server.script = (command) => {
      if (isForStateOnly(command)) shop.server.reconnect()
      return undefined
    }

    expect(await shop.get("k")).toEqual(PRODUCTS)
    expect(asked(shop)).toEqual(["state", "item"])
  })

  it("is read whole after a set of this process, in one round trip", async () => {
    const world = new CacheWorld()
    const shop = new CacheProcess(world)
    await shop.load("k", { id: "old" }, { tags: ["t"] })
    await shop.get("k")
    shop.server.sent.length = 0
    await shop.cache.set({ key: "k", data: { id: "new" }, tags: ["t"], ttl: 3600 })

    expect(await shop.get("k")).toEqual({ id: "new" })
    expect(asked(shop)).toEqual(["item"])
  })

  it("is not served for what another server has under the number of the same state", async () => {
    const world = new CacheWorld(2)
    const [first, second] = [new CacheProcess(world), new CacheProcess(world)]
    const shop = new CacheProcess(world)
    const [a, b] = shop.servers
    if (!a || !b) throw new Error("a world of two servers")
    first.cache.replaceServers([first.servers[0] ?? a])
    second.cache.replaceServers([second.servers[1] ?? b])
    await first.load("k", "on the first server")
    await second.load("k", "on the second server")

    shop.cache.replaceServers([a])
    expect([await shop.get("k"), await shop.get("k")]).toEqual(["on the first server", "on the first server"])
    shop.cache.replaceServers([b])
    expect([await shop.get("k"), await shop.get("k")]).toEqual(["on the second server", "on the second server"])
  })

  it("is not found by a lookup that wants other tags", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", 1, { tags: ["t"] })
    const shop = await reader(world)
    const lookup = (tags: string[]) => Promise.resolve().then(() => shop.cache.get({ key: "k", tags }))

    expect(await lookup(["t"])).toBe(1)
    expect(await lookup(["u"])).toBeNull()
    expect(asked(shop)).toEqual(["state", "state"])
  })

  it("is read whole where the server does not number states", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", 1)
    const shop = await reader(world)
    shop.server.script = (command) => {
      if (command.op !== "get" || command.key !== KEY) return undefined
      const { status, value, flags = 0 } = world.memcached.execute(command)
      return { status, flags, ...(value && { value }) }
    }

    expect(await shop.get("k")).toBe(1)
    expect(await shop.get("k")).toBe(1)
    expect(asked(shop)).toEqual(["state", "item", "item"])
  })

  it("is a miss within the time-out when the item has changed and does not arrive", async () => {
    const world = new CacheWorld()
    const other = new CacheProcess(world)
    await other.load("k", { id: "old" })
    const shop = await reader(world)
    await other.cache.set({ key: "k", data: { id: "new" }, ttl: 3600 })
    shop.server.script = (command) =>
      command.op === "get" && command.key === KEY && !isForStateOnly(command) ? "unreachable" : undefined

    expect(await shop.get("k")).toBeNull()
  })
})

describe("copies of entries", () => {
  it("take no more memory than they may", async () => {
    const world = new CacheWorld()
    const keys = Array.from({ length: 60 }, (_, i) => `k${i}`)
    const other = new CacheProcess(world)
    for (const key of keys) await other.load(key, "x".repeat(1_000))
    const shop = new CacheProcess(world, { memoryBytes: 30_000 })
    for (const key of keys) await shop.get(key)
    shop.server.sent.length = 0
    for (const key of [...keys].reverse()) await shop.get(key)
    const copied = shop.server.sent.filter(isForStateOnly)

    expect(copied.length).toBeGreaterThan(6)
    // Each has its JSON, its names and hashes, and what a copy takes besides.
    expect(copied.length * 1_660).toBeLessThanOrEqual(30_000)
  })

  it.each([
    ["of what takes more than an eighth of it", 30_000, "x".repeat(5_000)],
    ["without memory", 0, 1],
  ])("are not made %s", async (_, memoryBytes, data) => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", data)
    const shop = await reader(world, { memoryBytes })

    expect(await shop.get("k")).toEqual(data)
    expect(asked(shop)).toEqual(["item"])
  })
})
