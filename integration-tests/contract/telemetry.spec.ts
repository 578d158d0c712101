import { randomBytes } from "node:crypto"
import { ShopInstrumentation } from "../telemetry/shop-instrumentation"
import { describeCachingProvider } from "./caching-provider.contract"
import { ALL_CAPABILITIES } from "./capabilities"
import { describeLoadMatching } from "./load-matching"
import { openMemcachedProvider, PATIENT, takesPrefix } from "./memcached-subject"
import { asProvider, openModule } from "./open-module"

jest.setTimeout(120_000)

// Tracing puts an asynchronous context around calls, and it is by asynchronous contexts that the engine recognises which
// lookup a set belongs to. So the contract has to hold with tracing on as well.
const instrumentation = new ShopInstrumentation()
beforeAll(() => instrumentation.register())
afterAll(() => instrumentation.shutdown())

const openProvider = (cachePrefix: string) => openMemcachedProvider({ ...PATIENT, cachePrefix })

const openTracedModule = async (prefix: string) => {
  const { id, service, close } = await openModule(prefix)
  return { id, cache: asProvider(service), close }
}

describe("traced", () => {
  beforeEach(() => instrumentation.forgetSpans())

  describe("the provider", () => {
    // Each test proves that it was traced.
    afterEach(() => expect(instrumentation.spans.map(({ name }) => name.split(" ")[0])).toContain("get"))

    describeLoadMatching(openProvider)
  })

  describe("the provider below Medusa's own spans", () => {
    afterEach(() => expect(instrumentation.spans.map(({ name }) => name)).toContain("cache.get"))

    describeLoadMatching(openTracedModule)

    it("has its spans below those of the module", async () => {
      const { cache, close } = await openTracedModule(`parents-${randomBytes(6).toString("hex")}`)
      await cache.get({ key: "1" })
      await cache.set({ key: "1", data: { id: "1" }, tags: ["t"] })
      await cache.clear({ tags: ["t"] })
      await close()

      const { spans } = instrumentation
      const nameOf = (id: string | undefined) => spans.find((span) => span.spanContext().spanId === id)?.name
      const own = spans.filter(({ instrumentationScope }) => instrumentationScope.name === "medusa-plugin-memcached")
      expect(own.map(({ name, parentSpanContext }) => [name.split(" ")[0], nameOf(parentSpanContext?.spanId)])).toEqual(
        [
          ["get", "cache.get"],
          ["set", "cache.set"],
          ["clear", "cache.clear"],
        ]
      )
    })
  })
})

describeCachingProvider(
  "Medusa's Caching Module with medusa-plugin-memcached, traced",
  { open: openTracedModule, takesPrefix },
  {
    ...ALL_CAPABILITIES,
    answersEmptyCalls: {
      because: "the module refuses them before they reach the provider",
      error: "Either key or tags must be provided",
    },
    findsKeysWithLineEndsByTag: "the list of a tag's keys has one in each line; core's keys are hashes",
  }
)
