import type { AdminCacheResponse } from "../../../types/http"
import { configurationFacts, diagnosticsText } from "../diagnostics"
import { serverOf, totalsOf } from "./figures"

const provider = {
  id: "caching-memcached",
  is_default: true,
  status: "healthy",
  servers: ["127.0.0.1:11211"],
  log: { epoch: "l", version: 4, horizon: 0 },
  configuration: { cachePrefix: "medusa", defaultTtl: 600, compression: { enabled: true, level: 6 } },
  defaults: { cachePrefix: "medusa", defaultTtl: 3600, compression: { enabled: false, level: 6 } },
} as const

function cacheWith(configuration: Record<string, unknown>): AdminCacheResponse["cache"] {
  return {
    status: "healthy",
    reason: null,
    message: "",
    since: null,
    versions: { plugin: "0.1.0", medusa: "2.21.2", node: "22.0.0" },
    providers: [{ ...provider, configuration }],
    totals: totalsOf(1, 1),
    responses: null,
    permissions: { read: true, clear: true },
  }
}

describe("diagnosticsText", () => {
  it("has the state, the configuration and the servers", () => {
    const text = diagnosticsText(cacheWith({ prefix: "medusa" }), [serverOf("a:1", 5, "x")], new Date(0))
    expect(JSON.parse(text)).toMatchObject({
      at: "1970-01-01T00:00:00.000Z",
      cache: {
        status: "healthy",
        versions: { plugin: "0.1.0", medusa: "2.21.2", node: "22.0.0" },
        providers: [{ id: "caching-memcached", configuration: { prefix: "medusa" } }],
      },
      servers: [{ id: "a:1" }],
    })
  })

  it("has no secrets, should the server ever send one", () => {
    const text = diagnosticsText(
      cacheWith({
        auth: { username: "shop", password: "hunter2" },
        serverUrls: ["memcached://shop:hunter2@cache:11211"],
      }),
      [],
      new Date(0)
    )
    expect(text).not.toContain("hunter2")
    expect(text).toContain("memcached://***@cache:11211")
  })
})

describe("configurationFacts", () => {
  it("is one option a line, as it is written in the configuration, with its default where that is another", () => {
    expect(configurationFacts(provider)).toEqual([
      { name: "cachePrefix", value: "medusa", usually: undefined },
      { name: "defaultTtl", value: "600", usually: "3600" },
      { name: "compression.enabled", value: "true", usually: "false" },
      { name: "compression.level", value: "6", usually: undefined },
    ])
  })
})
