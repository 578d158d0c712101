import memcachedProvider from "../../src/providers/memcached"
import { describeCachingProvider } from "./caching-provider.contract"
import { describeLoadMatching } from "./load-matching"
import { MEMCACHED_CAPABILITIES, openMemcachedProvider, PATIENT, takesPrefix } from "./memcached-subject"

jest.setTimeout(120_000)

describe("the package", () => {
  it("exports a provider of the Caching Module", () => {
    expect(memcachedProvider).toMatchObject({ module: "caching" })
  })
})

describe("medusa-plugin-memcached, asked by several requests", () => {
  describeLoadMatching((cachePrefix) => openMemcachedProvider({ ...PATIENT, cachePrefix }))
})

describeCachingProvider(
  "medusa-plugin-memcached",
  { open: (prefix) => openMemcachedProvider({ ...PATIENT, cachePrefix: prefix }), takesPrefix },
  MEMCACHED_CAPABILITIES
)

// Without compression every item is larger, and the large ones are refused by the server.
describeCachingProvider(
  "medusa-plugin-memcached without compression",
  {
    open: (prefix) => openMemcachedProvider({ ...PATIENT, cachePrefix: prefix, compression: { enabled: false } }),
    takesPrefix,
  },
  MEMCACHED_CAPABILITIES
)
