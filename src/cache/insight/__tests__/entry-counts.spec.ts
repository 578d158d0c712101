import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"

const open = (world = new CacheWorld()): CacheProcess => new CacheProcess(world)

const countOf = async ({ cache }: CacheProcess, tag: string): Promise<number | undefined> =>
  (await cache.insight.entries.ofEach([tag]))?.get(tag)

async function load(process: CacheProcess, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await process.load(`key-${i}`, i, { tags: ["list", `of-${i}`] })
  await process.world.runtime.advance(100)
}

describe("EntryCounts", () => {
  it("counts the entries of each tag, and of several together once", async () => {
    const process = open()
    await load(process, 3)
    expect(await process.cache.insight.entries.ofEach(["list", "of-1", "unknown", "list"])).toEqual(
      new Map([
        ["list", 3],
        ["of-1", 1],
        ["unknown", 0],
      ])
    )
    expect(await process.cache.insight.entries.ofAny(["list", "of-1"])).toBe(3)
    expect(await process.cache.insight.entries.ofAny(["of-1", "of-2"], ["key-2", "key-0", "absent"])).toBe(3)
    expect(await process.cache.insight.entries.ofEach([])).toEqual(new Map())
  })

  it("does not count what has been cleared, by whichever tag", async () => {
    const process = open()
    await load(process, 5)
    await process.clear("of-0", "of-1")
    expect(await countOf(process, "list")).toBe(3)
    expect(await countOf(process, "of-0")).toBe(0)
    await process.clear("list")
    expect([await countOf(process, "list"), await countOf(process, "of-4")]).toEqual([0, 0])
    await process.load("key-0", 0, { tags: ["list", "of-0"] })
    expect([await countOf(process, "list"), await countOf(process, "of-0")]).toEqual([1, 1])
  })

  it("counts nothing after a clear of everything, and after Memcached was restarted", async () => {
    const process = open()
    await load(process, 40)
    expect(await countOf(process, "list")).toBe(40)
    await process.clear("*")
    expect(await countOf(process, "list")).toBe(0)
    await load(process, 2)
    process.world.memcached.restart()
    expect(await countOf(process, "list")).toBe(0)
  })

  it("estimates many by a sample of fifty", async () => {
    const process = open()
    await load(process, 400)
    await process.clear(...Array.from({ length: 200 }, (_, i) => `of-${i}`))
    process.server.sent.length = 0
    const estimate = (await countOf(process, "list")) ?? 0
    expect(Math.abs(estimate - 200)).toBeLessThan(100)
    expect(process.server.sentOf("get", "medusa:key-")).toHaveLength(50)
  })

  it("reads the entries that tags share once", async () => {
    const process = open()
    for (let i = 0; i < 10; i++) await process.load(`key-${i}`, i, { tags: ["a", "b", "c"] })
    await process.world.runtime.advance(100)
    process.server.sent.length = 0
    expect([...((await process.cache.insight.entries.ofEach(["a", "b", "c"])) ?? [])].map(([, n]) => n)).toEqual([
      10, 10, 10,
    ])
    expect(process.server.sentOf("get", "medusa:key-")).toHaveLength(10)
  })

  it("has no more than fifty entries in memory at a time", async () => {
    const process = open()
    for (let i = 0; i < 120; i++) await process.load(`key-${i}`, i, { tags: [`of-${i % 3}`] })
    await process.world.runtime.advance(100)
    const counting = process.cache.insight.entries.ofAny(["of-0", "of-1", "of-2"], ["key-0", "key-1", "key-2"])
    const read: number[] = []
    let isCounted = false
    void counting.then(() => (isCounted = true))
    while (!isCounted) {
      process.server.sent.length = 0
      await new Promise<void>((resolve) => setImmediate(resolve))
      read.push(process.server.sentOf("get", "medusa:key-").length)
    }

    expect(await counting).toBe(120)
    expect(Math.max(...read)).toBe(50)
    expect(read.reduce((sum, count) => sum + count, 0)).toBe(53)
  })

  it("says that it cannot count while Memcached is away or a clear is pending, or without an index", async () => {
    const process = open()
    await load(process, 1)
    process.server.enter("down")
    expect(await countOf(process, "list")).toBeUndefined()
    expect(await process.cache.insight.entries.ofAny(["list"])).toBeUndefined()
    const index = { enabled: false, retentionSeconds: 60, maxBytes: 65_536 }
    const without = new CacheProcess(new CacheWorld(), { index })
    await without.load("k", 1, { tags: ["t"] })
    expect(await without.cache.insight.entries.ofAny(["t"])).toBeUndefined()
    expect(await without.cache.insight.entries.ofAny([], ["k", "absent"])).toBe(1)
  })

  it("counts at most 200 tags at a time", async () => {
    const process = open()
    const counts = await process.cache.insight.entries.ofEach(Array.from({ length: 1_000 }, (_, i) => `t${i}`))
    expect(counts?.size).toBe(200)
    expect(process.server.sentOf("get", "~index:").length).toBeLessThanOrEqual(64)
  })
})
