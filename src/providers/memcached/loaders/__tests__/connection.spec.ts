import type { LoaderOptions } from "@medusajs/framework/types"
import { runningCaches } from "../../registry"
import connectionLoader from "../connection"

const RESOLVE = "medusa-plugin-memcached/providers/memcached"

/** As modules-sdk does: without options a provider is handed those of the whole module, and no module options. */
async function idsAfterLoading(
  providers: readonly { id: string; resolve: string; options?: Record<string, unknown> }[],
  at: number
) {
  const moduleOptions = { ttl: 777, providers }
  const options = providers[at]?.options
  const nothing = (): void => undefined
  const logger = { info: nothing, warn: nothing, debug: nothing }
  const container = { register: nothing, resolve: () => logger }
  await connectionLoader({
    container: container as unknown as LoaderOptions["container"],
    ...(options ? { options, moduleOptions } : { options: moduleOptions }),
  })
  const caches = [...runningCaches()]
  runningCaches().clear()
  await Promise.all(caches.map(([, cache]) => cache.close()))
  return caches.map(([id]) => id)
}

describe("a provider", () => {
  // Nothing listens there.
  const options = () => ({ serverUrls: ["127.0.0.1:1"], logging: "silent" })

  it("is known by its id in the configuration", async () => {
    const providers = [
      { id: "a", resolve: RESOLVE, options: options() },
      { id: "b", resolve: RESOLVE, options: options() },
    ]

    expect(await idsAfterLoading(providers, 0)).toEqual(["a"])
    expect(await idsAfterLoading(providers, 1)).toEqual(["b"])
  })

  it("is known by its id also without options, beside another one that has none", async () => {
    const providers = [
      { id: "caching-redis", resolve: "@medusajs/caching-redis" },
      { id: "caching-memcached", resolve: RESOLVE },
    ]

    expect(await idsAfterLoading(providers, 1)).toEqual(["caching-memcached"])
  })

  it("has an id of its own when the configuration cannot be told to be its", async () => {
    expect(await idsAfterLoading([{ id: "other", resolve: "./elsewhere" }], 0)).toEqual(["memcached"])
  })
})
