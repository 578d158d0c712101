import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { entryItem } from "../../../../testing/stored-items"

const MEBIBYTE = 1024 * 1024

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
  it("is answered at its time-out, with what it has found by then, the newest first", async () => {
    const shop = new Shop(new CacheWorld())
    await shop.build(Array.from({ length: 60 }, (_, i) => `k${i}`))
    let asked = 0
    shop.server.script = ({ op, key }) => {
      if (op === "get" && key.startsWith("medusa:k") && ++asked > 50) shop.server.held = true
      return undefined
    }
    const found = shop.find("t")
    await shop.world.runtime.advance(499)
    let isAnswered = false
    void found.then(() => (isAnswered = true))
    await shop.world.runtime.advance(0)
    expect(isAnswered).toBe(false)

    await shop.world.runtime.advance(1)
    expect(isAnswered).toBe(true)
    expect(await found).toEqual(Array.from({ length: 50 }, (_, i) => ({ key: `k${59 - i}` })))
  })

  it("finds 32 MB of JSON, and no more than one entry above that", async () => {
    const shop = new Shop(new CacheWorld())
    for (let i = 0; i < 20; i++) await shop.load(`k${i}`, "x".repeat(3 * MEBIBYTE), { tags: ["t"] })
    await shop.world.runtime.advance(200)

    expect((await shop.find("t")).length).toBe(11)
  })

  it("parses half a megabyte of JSON at a time, with turns for other work in between", async () => {
    const shop = new Shop(new CacheWorld())
    for (let i = 0; i < 20; i++) await shop.load(`k${i}`, "x".repeat(400_000), { tags: ["t"] })
    await shop.world.runtime.advance(200)
    const parsed: number[] = []
    const { parse } = JSON
    const spy = jest.spyOn(JSON, "parse").mockImplementation((text: string) => {
      parsed.push((parsed.pop() ?? 0) + text.length)
      return parse(text) as unknown
    })
    const found = shop.find("t")
    let isFound = false
    void found.then(() => (isFound = true))
    while (!isFound) {
      parsed.push(0)
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    spy.mockRestore()

    expect((await found).length).toBe(20)
    expect(parsed.reduce((sum, chars) => sum + chars, 0)).toBeGreaterThan(8_000_000)
    expect(Math.max(...parsed)).toBeLessThan(1_000_000)
  })

  it("leaves out what is damaged inside, and finds the others", async () => {
    const shop = new Shop(new CacheWorld())
    await shop.load("list", "shirt ".repeat(5_000), { tags: ["t"] })
    await shop.build()
    const value = shop.world.memcached.execute({ op: "get", key: "medusa:list" }).value ?? Buffer.alloc(0)
    value.fill(0x2a, 5, 50)
    shop.world.memcached.execute(entryItem("medusa:list", value))

    expect(await shop.find("t")).toHaveLength(10)
  })

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
