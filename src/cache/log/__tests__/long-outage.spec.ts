import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { DEFAULT_CACHE_OPTIONS } from "../../options"

const LIMITS = { ...DEFAULT_CACHE_OPTIONS.log, followIntervalMs: 0, maxPendingHashes: 10 }

describe("clears during an outage of which many times as many wait as are kept", () => {
  it("are delivered once the server is back", async () => {
    const world = new CacheWorld()
    const process = new CacheProcess(world, { log: LIMITS })
    await process.load("key", "old", { tags: ["t"] })
    const [server] = process.servers
    server?.enter("down")
    for (let round = 0; round < 6_000; round++) {
      const tags = Array.from({ length: 11 }, (_, i) => `t:${round}:${i}`)
      const cleared = process.cache.clear({ tags })
      if (round === 0) await world.runtime.advance(LIMITS.clearTimeoutMs)
      expect((await cleared).status).toBe("pending")
    }
    server?.enter("ready")
    await world.runtime.advance(5_000)

    expect(process.cache.hasPending).toBe(false)
    expect(await process.get("key")).toBeNull()
  })
})
