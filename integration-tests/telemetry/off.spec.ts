import { randomBytes } from "node:crypto"
import { context, metrics, trace } from "@medusajs/framework/opentelemetry/api"
import caching from "@medusajs/medusa/caching"
import { Cache } from "../../src/cache"
import memcachedProvider from "../../src/providers/memcached"
import { CollectingLogger } from "../../testing/collecting-logger"
import { closeCache, memcachedServers, PATIENT } from "../contract/memcached-subject"
import { loadProvider } from "../contract/module-provider"
import { ShopInstrumentation } from "./shop-instrumentation"

jest.setTimeout(120_000)

/** Loads the provider, uses it, and returns what its service calls. */
async function use(id: string): Promise<unknown> {
  const options = { ...PATIENT, serverUrls: memcachedServers(), cachePrefix: `${id}-${randomBytes(6).toString("hex")}` }
  const { cache, cradle } = await loadProvider(memcachedProvider, id, options, new CollectingLogger())
  await cache.get({ key: "1" })
  await cache.set({ key: "1", data: { id: "1" }, tags: ["t"] })
  expect(await cache.get({ key: "1" })).toEqual({ id: "1" })
  await cache.clear({ tags: ["t"] })
  await closeCache(id)
  return cradle.memcachedCache
}

function forgetHooks(): void {
  caching.service.traceGet = undefined
  caching.service.traceSet = undefined
  caching.service.traceClear = undefined
}

describe("telemetry is off", () => {
  afterEach(() => {
    forgetHooks()
    trace.disable()
    metrics.disable()
    context.disable()
  })

  it("without an instrumentation.ts: the engine is called and nothing in between", async () => {
    expect(await use("off-none")).toBeInstanceOf(Cache)
  })

  it("where the shop instruments other things than its cache", async () => {
    const instrumentation = new ShopInstrumentation()
    instrumentation.register({ cache: false })

    expect(await use("off-other")).toBeInstanceOf(Cache)
    expect(instrumentation.spans).toEqual([])
    expect(await instrumentation.collect()).toEqual(new Map())
    await instrumentation.shutdown()
  })

  it("where Medusa's hook is used for something else than OpenTelemetry", async () => {
    caching.service.traceGet = (get) => get()

    expect(await use("off-hook")).toBeInstanceOf(Cache)
  })

  it("and on when both are there, which proves that the tests above can tell", async () => {
    const instrumentation = new ShopInstrumentation()
    instrumentation.register()

    expect(await use("on")).not.toBeInstanceOf(Cache)
    expect(instrumentation.spans.map(({ name }) => name.split(" ")[0])).toEqual(["get", "set", "get", "clear"])
    await instrumentation.shutdown()
  })
})
