import { DEFAULT_CACHE_OPTIONS } from ".."
import { CacheProcess, CacheWorld } from "../../../testing/cache-process"

const LAG_SECONDS = 10
const LAG_MS = LAG_SECONDS * 1000

const processIn = (world: CacheWorld, readLagMs = LAG_MS): CacheProcess =>
  new CacheProcess(world, { log: { ...DEFAULT_CACHE_OPTIONS.log, followIntervalMs: 0, readLagMs } })

/** Two processes of one shop that have been running for longer than the lag. */
async function runningShop(readLagMs?: number) {
  const world = new CacheWorld()
  const [reader, editor] = [processIn(world, readLagMs), processIn(world, readLagMs)]
  await Promise.all([reader.cache.connect(), editor.cache.connect()])
  await world.runtime.advance(LAG_MS + 2_000)
  return { world, reader, editor }
}

describe("with a source that may lag behind", () => {
  it("what is loaded soon after a clear is kept for the lag only, and what is loaded later for as long as it was asked", async () => {
    const { world, reader, editor } = await runningShop()
    await editor.clear("a")
    await world.runtime.advance(1_000)
    await reader.load("k", "may be old", { tags: ["a"] })
    expect(await reader.get("k")).toBe("may be old")
    await world.runtime.advance(LAG_MS + 1_000)
    expect(await reader.get("k")).toBeNull()

    await reader.load("k", "new", { tags: ["a"] })
    await world.runtime.advance(10 * LAG_MS)
    expect(await reader.get("k")).toBe("new")
  })

  it("what has nothing of what was cleared is kept", async () => {
    const { world, reader, editor } = await runningShop()
    await editor.clear("a")
    await world.runtime.advance(1_000)
    await reader.load("k", 1, { tags: ["b"] })
    await world.runtime.advance(10 * LAG_MS)
    expect(await reader.get("k")).toBe(1)
  })

  it("counts from the moment of the load, however long that takes", async () => {
    const { world, reader, editor } = await runningShop()
    await editor.clear("a")
    await world.runtime.advance(1_000)
    await reader.load("k", "may be old", { tags: ["a"], costMs: 2 * LAG_MS })
    await world.runtime.advance(LAG_MS + 1_000)
    expect(await reader.get("k")).toBeNull()
  })

  it("keeps a shorter life as it is", async () => {
    const { world, reader, editor } = await runningShop()
    await editor.clear("a")
    await reader.load("k", 1, { tags: ["a"], ttl: 2 })
    await world.runtime.advance(3_000)
    expect(await reader.get("k")).toBeNull()
  })

  it("takes everything for just cleared that was cleared before its process began to look", async () => {
    const { world, editor } = await runningShop()
    await editor.clear("a")
    await world.runtime.advance(10 * LAG_MS)
    const young = processIn(world)
    await young.load("k", 1, { tags: ["a"] })
    await world.runtime.advance(LAG_MS + 1_000)
    expect(await young.get("k")).toBeNull()
  })

  it("looks at explicit clears only for what no event clears", async () => {
    const { world, reader, editor } = await runningShop()
    await editor.cache.clear({ tags: ["a"], options: { autoInvalidate: true } })
    await reader.cache.set({ key: "k", data: 1, tags: ["a"], ttl: 3600, options: { autoInvalidate: false } })
    await world.runtime.advance(LAG_MS + 1_000)
    expect(await reader.get("k")).toBe(1)
  })

  it("is off with a lag of 0", async () => {
    const { world, reader, editor } = await runningShop(0)
    await editor.clear("a")
    await reader.load("k", 1, { tags: ["a"] })
    await world.runtime.advance(10 * LAG_MS)
    expect(await reader.get("k")).toBe(1)
  })
})
