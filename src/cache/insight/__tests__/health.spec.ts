import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { CLOCK_START_MS } from "../../../../testing/manual-runtime"

const serverAt = (process: CacheProcess, index: number) => {
  const server = process.servers[index]
  if (!server) throw new Error(`there is no server ${index}`)
  return server
}

describe("Cache.health", () => {
  it("is healthy before anything was asked, and while everything answers", async () => {
    const process = new CacheProcess(new CacheWorld(2))
    serverAt(process, 0).state = "idle"
    expect(process.cache.insight.health()).toEqual({ status: "healthy", reason: null, sinceMs: null })
    serverAt(process, 0).enter("connecting")
    serverAt(process, 0).enter("ready")
    expect(process.cache.insight.health().status).toBe("healthy")
  })

  it("is unreachable while all servers are away, and says since when", async () => {
    const world = new CacheWorld(2)
    const process = new CacheProcess(world)
    await world.runtime.advance(1_000)
    for (const server of process.servers) server.enter("down")
    await world.runtime.advance(5_000)
    const health = { status: "unreachable", reason: "circuit_open", sinceMs: CLOCK_START_MS + 1_000 }
    expect(process.cache.insight.health()).toEqual(health)
    // A failed attempt to connect is not the end of it.
    process.server.enter("connecting")
    process.server.enter("down")
    expect(process.cache.insight.health()).toEqual(health)
  })

  it("is degraded while some servers are away", async () => {
    const world = new CacheWorld(3)
    const process = new CacheProcess(world)
    await world.runtime.advance(1_000)
    serverAt(process, 2).enter("down")
    await world.runtime.advance(1_000)
    serverAt(process, 1).enter("down")
    expect(process.cache.insight.health()).toEqual({
      status: "degraded",
      reason: "circuit_open",
      sinceMs: CLOCK_START_MS + 1_000,
    })
    serverAt(process, 2).enter("ready")
    expect(process.cache.insight.health().sinceMs).toBe(CLOCK_START_MS + 2_000)
    serverAt(process, 1).enter("ready")
    expect(process.cache.insight.health().status).toBe("healthy")
  })

  it("is that of the servers that are in use, which may change", async () => {
    const world = new CacheWorld(3)
    const process = new CacheProcess(world)
    const [a, b, c] = [serverAt(process, 0), serverAt(process, 1), serverAt(process, 2)]
    process.cache.replaceServers([a, b])
    b.enter("down")
    expect(process.cache.insight.health().status).toBe("degraded")
    process.cache.replaceServers([a, c])
    expect(process.cache.insight.health()).toEqual({ status: "healthy", reason: null, sinceMs: null })

    await world.runtime.advance(3_000)
    c.enter("down")
    expect(process.cache.insight.health()).toMatchObject({ status: "degraded", sinceMs: CLOCK_START_MS + 3_000 })
    expect(process.cache.insight.outages().map(({ serverId }) => serverId)).toEqual([c.id])
    c.enter("ready")
    expect(process.cache.insight.health().status).toBe("healthy")
  })

  it("is degraded while a clear waits for Memcached", async () => {
    const world = new CacheWorld()
    const process = new CacheProcess(world)
    await process.get("a")
    process.server.script = () => "unreachable"
    const cleared = process.clear("t")
    await world.runtime.advance(4_000)
    expect(await cleared).toMatchObject({ status: "pending" })
    expect(process.cache.insight.health()).toEqual({
      status: "degraded",
      reason: "clear_pending",
      sinceMs: CLOCK_START_MS + 3_000,
    })
    process.server.script = () => undefined
    await world.runtime.advance(2_000)
    expect(process.cache.insight.health().status).toBe("healthy")
  })

  it("is degraded for a moment after a long outage, when others may have clears to deliver", async () => {
    const world = new CacheWorld()
    const process = new CacheProcess(world)
    process.server.enter("down")
    await world.runtime.advance(10_000)
    process.server.enter("ready")
    expect(process.cache.insight.health()).toEqual({
      status: "degraded",
      reason: "clear_pending",
      sinceMs: CLOCK_START_MS + 10_000,
    })
    await world.runtime.advance(2_000)
    expect(process.cache.insight.health().status).toBe("healthy")
  })

  it("is degraded while a server answers and is of no use, and says since when", async () => {
    const process = new CacheProcess(new CacheWorld(2))
    serverAt(process, 1).trouble = { kind: "out_of_memory", sinceMs: CLOCK_START_MS }
    expect(process.cache.insight.health()).toEqual({
      status: "degraded",
      reason: "out_of_memory",
      sinceMs: CLOCK_START_MS,
    })

    serverAt(process, 0).trouble = { kind: "no_cas", sinceMs: CLOCK_START_MS + 1 }
    expect(process.cache.insight.health()).toEqual({
      status: "degraded",
      reason: "no_cas",
      sinceMs: CLOCK_START_MS + 1,
    })
    const [first, second] = await process.cache.insight.servers.read()
    expect([first?.reason, second?.reason]).toEqual([
      expect.stringContaining("without -C"),
      expect.stringContaining("without -M"),
    ])
  })

  it("names the trouble of the log's server before the clear that waits because of it, and an outage before both", async () => {
    const world = new CacheWorld()
    const process = new CacheProcess(world)
    await process.get("a")
    process.server.script = ({ op }) => (op === "set" ? { status: "server_error" } : undefined)
    const cleared = process.clear("t")
    await world.runtime.advance(4_000)
    await cleared
    expect(process.cache.insight.health().reason).toBe("clear_pending")

    process.server.trouble = { kind: "out_of_memory", sinceMs: CLOCK_START_MS }
    expect(process.cache.insight.health().reason).toBe("out_of_memory")
    process.server.enter("down")
    expect(process.cache.insight.health()).toMatchObject({ status: "unreachable", reason: "circuit_open" })
  })

  it("is unreachable once closed", async () => {
    const process = new CacheProcess(new CacheWorld())
    await process.cache.close()
    expect(process.cache.insight.health().status).toBe("unreachable")
  })
})
