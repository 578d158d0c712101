import { CacheProcess, CacheWorld } from "../../../testing/cache-process"

const KEYS = Array.from({ length: 10 }, (_, i) => `k${i}`)

class Shop extends CacheProcess {
  /** Loads these keys with the tag "t", and lets the index be written. */
  async build(keys = KEYS, ttl?: number): Promise<void> {
    for (const key of keys) await this.load(key, { key }, { tags: ["t"], ...(ttl && { ttl }) })
    await this.world.runtime.advance(200)
  }

  async find(...tags: string[]): Promise<unknown[]> {
    return (await this.cache.get({ tags })) as unknown[]
  }
}

describe("a lookup by tags", () => {
  it("finds what another process has stored again since it was cleared", async () => {
    const world = new CacheWorld()
    const [builder, reader] = [new Shop(world), new Shop(world)]
    await builder.build()
    expect(await reader.find("t")).toHaveLength(10)
    await reader.clear("t")
    expect(await reader.find("t")).toEqual([])
    await world.runtime.advance(200)

    await builder.build()
    expect(await reader.find("t")).toHaveLength(10)
    expect((await reader.cache.insight.entries.ofEach(["t"]))?.get("t")).toBe(10)
  })

  it("finds what another process has stored again since it had expired", async () => {
    const world = new CacheWorld()
    const [builder, reader] = [new Shop(world), new Shop(world)]
    await builder.build(KEYS, 60)
    await world.runtime.advance(61_000)
    expect(await reader.find("t")).toEqual([])
    await world.runtime.advance(200)

    await builder.build()
    expect(await reader.find("t")).toHaveLength(10)
  })

  it("removes keys without an entry from the index, once for all that find them at the same time", async () => {
    const shop = new Shop(new CacheWorld())
    await shop.build(KEYS, 60)
    await shop.world.runtime.advance(61_000)
    await Promise.all([shop.find("t"), shop.find("t"), shop.find("t")])
    await shop.world.runtime.advance(200)
    expect(shop.server.sentOf("set", "~index:")).toHaveLength(1)

    shop.server.sent.length = 0
    expect(await shop.find("t")).toEqual([])
    expect(shop.server.sentOf("get", "medusa:k")).toHaveLength(0)
  })
})
