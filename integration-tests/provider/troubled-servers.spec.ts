import { Cache } from "../../src/cache"
import { CollectingLogger } from "../../testing/collecting-logger"
import { eventually } from "../../testing/eventually"
import { openMemcachedProvider, PATIENT, runningCaches } from "../contract/memcached-subject"
import { incompressibleText } from "../contract/sample-data"
import type { OpenInstance } from "../contract/subject"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"

jest.setTimeout(120_000)

const PATIENCE_MS = 30_000

const open: OpenInstance[] = []
const running: MemcachedProcess[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((instance) => instance.close()))
  await Promise.all(running.splice(0).map((server) => server.kill()))
})

async function boot(memcached: MemcachedProcess) {
  running.push(memcached)
  const logger = new CollectingLogger()
  const options = { ...PATIENT, clearTimeoutMs: 500, serverUrls: [memcached.address], cachePrefix: "troubled" }
  const instance = await openMemcachedProvider(options, logger)
  open.push(instance)
  const engine = runningCaches().get(instance.id)
  if (!(engine instanceof Cache)) throw new Error("the provider runs no cache")
  return { logger, cache: instance.cache, engine }
}

const reasonOf = async (engine: Cache): Promise<string | null> =>
  (await engine.insight.servers.read())[0]?.reason ?? null

describe("memcached -M", () => {
  it("that is full is told in the log and to the page, and that it is over when memory is there again", async () => {
    const memcached = await startMemcached({ args: ["-M"], memoryMb: 2 })
    const { logger, cache, engine } = await boot(memcached)
    expect(engine.insight.health().status).toBe("healthy")

    for (let i = 0; i < 300; i++) {
      await cache.set({ key: `filler-${i}`, data: { noise: incompressibleText(20_000 + 100 * i) }, ttl: 600 })
    }
    await eventually(
      () => engine.insight.health(),
      ({ reason }) => reason === "out_of_memory",
      PATIENCE_MS
    )
    expect(engine.insight.health()).toMatchObject({ status: "degraded", sinceMs: expect.any(Number) as number })
    expect(await reasonOf(engine)).toMatch(/is full.*-M/)
    // A clear cannot be delivered then, which is the consequence and not the cause.
    await cache.clear({ tags: ["t"] })
    expect(engine.insight.health().reason).toBe("out_of_memory")
    expect(logger.texts("warn").filter((text) => text.includes("-M"))).toHaveLength(1)

    await memcached.restart()
    await eventually(
      async () => {
        await cache.get({ key: "any" })
        return engine.insight.health()
      },
      ({ status }) => status === "healthy",
      PATIENCE_MS
    )
    expect(await reasonOf(engine)).toBeNull()
  })
})

describe("memcached -C", () => {
  it("is told in the log at boot, and to the page", async () => {
    const { logger, cache, engine } = await boot(await startMemcached({ args: ["-C"] }))
    await eventually(
      () => logger.texts("warn"),
      (texts) => texts.some((text) => text.includes("Start memcached without -C")),
      PATIENCE_MS
    )
    await cache.set({ key: "1", data: { id: "1" }, ttl: 60 })

    expect(await cache.get({ key: "1" })).toBeNull()
    expect(engine.insight.health()).toMatchObject({ status: "degraded", reason: "no_cas" })
    expect(await reasonOf(engine)).toContain("runs without CAS")
    expect(logger.texts("warn")).toHaveLength(1)
  })
})
