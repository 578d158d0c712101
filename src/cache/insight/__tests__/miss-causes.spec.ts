import { randomBytes } from "node:crypto"
import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import type { MissCause } from "../statistics"

const open = (world = new CacheWorld()): CacheProcess =>
  new CacheProcess(world, { statistics: { flushIntervalMs: 5_000 } })

/** Returns the causes of the misses so far. */
const causesOf = ({ cache }: CacheProcess): MissCause[] =>
  Object.entries(cache.insight.statistics.snapshot().misses).flatMap(([cause, count]) =>
    Array.from({ length: count }, () => cause as MissCause)
  )

/** Looks up a key that is loaded, and returns the cause of the second lookup's miss. */
async function causeAfter(happen: (process: CacheProcess) => Promise<unknown> | void, ttl?: number) {
  const process = open()
  await process.load("k", { id: 1 }, { tags: ["Product:1", "Product:list:*"], ...(ttl && { ttl }) })
  await happen(process)
  await process.get("k")
  const [first, ...others] = causesOf(process)
  expect(first).toBe("new")
  expect(others).toHaveLength(1)
  return others[0]
}

describe("a miss", () => {
  it("of a key that was stored is due to", async () => {
    expect(await causeAfter((process) => process.clear("Product:1"))).toBe("cleared")
    expect(await causeAfter((process) => process.clear("*"))).toBe("cleared")
    expect(await causeAfter((process) => process.cache.clear({ key: "k" }))).toBe("cleared")
    expect(await causeAfter(({ world }) => world.runtime.advance(11_000), 10)).toBe("expired")
    expect(await causeAfter(({ world }) => void world.memcached.evict("medusa:k"))).toBe("removed")
    expect(await causeAfter(({ world }) => world.memcached.restart())).toBe("restarted")
    expect(await causeAfter(({ server }) => void (server.script = () => "unreachable"))).toBe("unreachable")
    expect(await causeAfter(({ cache }) => cache.get({ key: "k", tags: ["Product:2"] }).then(() => cache))).toBe(
      "other_tags"
    )
  })

  it("of a key whose data is too large says so each time", async () => {
    const process = open()
    const data = Array.from({ length: 400_000 }, () => Math.random())
    for (let i = 0; i < 3; i++) await process.load("large", data, { tags: ["Product:1"] })
    expect(causesOf(process)).toEqual(["new", "too_large", "too_large"])
  })

  it("of a key whose data was cleared while it was computed says that it was not stored", async () => {
    const process = open()
    const other = open(process.world)
    await process.load("k", 1, { tags: ["Product:1"] })
    await Promise.resolve().then(async () => {
      await process.cache.get({ key: "k2" })
      await other.clear("Product:1")
      // Hears of the clear.
      await process.get("k")
      await process.cache.set({ key: "k2", data: 1, tags: ["Product:1"] })
    })
    await process.get("k2")
    expect(causesOf(process)).toEqual(["new", "new", "cleared", "not_stored"])
  })

  it("of another process's entry is known once it was hit here", async () => {
    const process = open()
    await process.load("k", 1, { tags: ["Product:1"], ttl: 10 })
    const other = open(process.world)
    await other.get("k")
    await process.world.runtime.advance(11_000)
    await other.get("k")
    expect(causesOf(other)).toEqual(["expired"])
  })

  it("of data that can never be stored is none", async () => {
    const process = open()
    for (let i = 0; i < 3; i++) await process.load("never", { data: [{ a: 1 }] })
    expect(causesOf(process)).toEqual(["new"])
    expect(process.cache.insight.statistics.snapshot().uncacheable).toBe(2)
  })
})

describe("lookups by type of entity", () => {
  // Core sorts tags by name.
  const LIST = ["Price:p", "Price:list:*", "Product:1", "Product:list:*"]

  it("count as what the query asked for, with their misses and times", async () => {
    const process = open()
    await process.load("list", { data: [{ id: "1" }], metadata: {} }, { tags: LIST, costMs: 80 })
    for (let i = 0; i < 3; i++) await process.get("list")
    await process.clear("Price:p")
    await process.get("list")
    // One change, and then another one.
    await process.clear("Price:p")
    await process.world.runtime.advance(1_000)
    await process.clear("Price:p")

    const { entities, clearingTags } = await process.cache.insight.timeSeries.read("1h")
    expect(entities).toHaveLength(1)
    expect(entities[0]).toMatchObject({
      entity: "Product",
      lookups: 5,
      hits: 3,
      misses: { new: 1, cleared: 1 },
      buildMs: 80,
      clearedBy: [{ tag: "Price:p", misses: 1, clears: 2 }],
    })
    expect(clearingTags).toEqual([{ tag: "Price:p", misses: 1, clears: 2 }])
  })

  it("are found by the id of a single object, too, and otherwise by the first tag", async () => {
    const process = open()
    await process.load("a", { id: "2" }, { tags: ["Price:9", "Region:2"] })
    await process.load("b", [{ id: "3" }], { tags: ["Price:9", "Customer:3"] })
    await process.load("c", "text", { tags: ["Menu:main", "Page:1"] })
    const { entities } = await process.cache.insight.timeSeries.read("1h")
    expect(entities.map(({ entity }) => entity).sort()).toEqual(["Customer", "Menu", "Region"])
  })

  it("count as the same when what is cleared is too large to look for its tags, of which none is then named", async () => {
    const process = open()
    // More than 128 KB, compressed or not.
    const text = randomBytes(200_000).toString("base64")
    await process.load("list", { data: [{ id: "1", text }], metadata: {} }, { tags: LIST })
    await process.clear("Price:p")
    for (let i = 0; i < 20; i++) await process.get("list")

    const { entities, clearingTags } = await process.cache.insight.timeSeries.read("1h")
    expect(entities).toMatchObject([{ entity: "Product", misses: { new: 1, cleared: 20 }, clearedBy: [] }])
    expect(clearingTags).toEqual([])
  })

  it("count as other without tags", async () => {
    const process = open()
    await process.load("menu", { id: 1 })
    await process.get("menu")
    const { entities } = await process.cache.insight.timeSeries.read("1h")
    expect(entities.map(({ entity, lookups, hits }) => [entity, lookups, hits])).toEqual([["other", 2, 1]])
  })
})

describe("a clear", () => {
  it("shows the lookups that missed because of it, in all processes, and what it took to build them anew", async () => {
    const world = new CacheWorld()
    const [a, b] = [open(world), open(world)]
    const tags = ["Product:1", "Product:list:*"]
    for (const key of ["p1", "p2", "p3"]) await a.load(key, { id: 1 }, { tags, costMs: 50 })
    await a.clear("Product:1", "Product:list:*")
    await world.runtime.advance(10_000)
    await a.load("p1", { id: 1 }, { tags, costMs: 50 })
    await b.load("p2", { id: 1 }, { tags, costMs: 50 })
    await a.get("p1")
    await a.clear("Product:9")
    await world.runtime.advance(10_000)

    const { clears } = await b.cache.insight.clears.recent()
    expect(clears.map(({ sample, misses, rebuildMicros }) => [sample, misses, rebuildMicros])).toEqual([
      [["Product:9"], 0, 0],
      [["Product:1", "Product:list:*"], 2, 100_000],
    ])
  })

  it("names single things before lists", async () => {
    const process = open()
    await process.clear("Product:list:*", "Price:list:*", "Product:1")
    const { clears } = await process.cache.insight.clears.recent()
    expect(clears[0]?.sample).toEqual(["Product:1", "Product:list:*", "Price:list:*"])
  })
})
