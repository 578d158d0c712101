import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { DEFAULT_CACHE_OPTIONS } from "../../options"
import { CLEAR_TIMEOUT_MS, LogProcess, LogWorld, MAX_PENDING_HASHES } from "./log-process"

const LIMITS = { ...DEFAULT_CACHE_OPTIONS.log, followIntervalMs: 0, maxPendingHashes: 10 }

describe("clears during an outage of which many times as many wait as are kept", () => {
  it("are delivered once the server is back", async () => {
    const world = new CacheWorld()
    const process = new CacheProcess(world, { log: LIMITS })
    await process.load("key", "old", { tags: ["t"] })
    const [server] = process.servers
    server?.enter("down")
    for (let round = 0; round < 5_000; round++) {
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

  it("are joined by no clear that comes while they are being delivered", async () => {
    const world = new LogWorld()
    const process = new LogProcess(world)
    await process.clear(1)
    const { server } = process
    server.enter("down")
    const many = process.clear(...Array.from({ length: MAX_PENDING_HASHES + 1 }, (_, i) => i))
    await world.runtime.advance(CLEAR_TIMEOUT_MS)
    await many
    expect((await process.clear(7)).status).toBe("pending")

    server.held = true
    server.enter("ready")
    const swaps = (): number => server.sentOf("set", "~head").length
    const before = swaps()
    for (let turn = 0; turn < 200 && swaps() === before; turn++) {
      server.release()
      await world.runtime.advance(20)
    }
    expect(swaps()).toBe(before + 1)
    void process.clear(8)
    server.held = false
    server.release()
    await world.runtime.advance(100)

    expect(world.head?.tail.slice(1)).toMatchObject([{ everything: true }, { everything: false, explicit: [8] }])
  })
})
