import memcachedProvider from "../../src/providers/memcached"
import { describeCachingProvider } from "./caching-provider.contract"
import { ALL_CAPABILITIES, type Capabilities } from "./capabilities"
import { describeLoadMatching } from "./load-matching"
import { openMemcachedProvider, PATIENT, takesPrefix } from "./memcached-subject"

jest.setTimeout(120_000)

describe("the package", () => {
  it("exports a provider of the Caching Module", () => {
    expect(memcachedProvider).toMatchObject({ module: "caching" })
  })
})

describe("medusa-plugin-memcached, asked by several requests", () => {
  describeLoadMatching((cachePrefix) => openMemcachedProvider({ ...PATIENT, cachePrefix }))
})

const capabilities: Capabilities = {
  ...ALL_CAPABILITIES,
  findsKeysWithLineEndsByTag: "the list of a tag's keys has one in each line; core's keys are hashes",
}

describeCachingProvider(
  "medusa-plugin-memcached",
  { open: (prefix) => openMemcachedProvider({ ...PATIENT, cachePrefix: prefix }), takesPrefix },
  capabilities
)

// Everything else is asked in the binary protocol.
describeCachingProvider(
  "medusa-plugin-memcached in the meta protocol",
  {
    open: (prefix) => openMemcachedProvider({ ...PATIENT, cachePrefix: prefix, protocol: "meta" }),
    takesPrefix,
  },
  capabilities
)

// Without compression every item is larger, and the large ones are refused by the server.
describeCachingProvider(
  "medusa-plugin-memcached without compression",
  {
    open: (prefix) => openMemcachedProvider({ ...PATIENT, cachePrefix: prefix, compression: { enabled: false } }),
    takesPrefix,
  },
  capabilities
)
