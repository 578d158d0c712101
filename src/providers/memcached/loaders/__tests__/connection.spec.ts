import type { LoaderOptions } from "@medusajs/framework/types"
import { runningCaches } from "../../running-caches"
import connectionLoader from "../connection"

const RESOLVE = "medusa-plugin-memcached/providers/memcached"

/** As modules-sdk does: without options a provider is handed those of the whole module, and no module options. */
async function cachesAfterLoading(
  providers: readonly { id: string; resolve: string; options?: Record<string, unknown> }[],
  at = 0,
  modules: Record<string, unknown> = {}
) {
  const moduleOptions = { ttl: 777, providers }
  const options = providers[at]?.options
  const nothing = (): void => undefined
  const logger = { info: nothing, warn: nothing, debug: nothing }
  const container = { register: nothing, resolve: (name: string) => (name === "configModule" ? { modules } : logger) }
  await connectionLoader({
    container: container as unknown as LoaderOptions["container"],
    ...(options ? { options, moduleOptions } : { options: moduleOptions }),
  })
  const caches = [...runningCaches()]
  runningCaches().clear()
  await Promise.all(caches.map(([, cache]) => cache.close()))
  return caches
}

const idsAfterLoading = async (...input: Parameters<typeof cachesAfterLoading>): Promise<string[]> =>
  (await cachesAfterLoading(...input)).map(([id]) => id)

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

  it.each([
    ["the source does not lag", {}, {}, 0],
    ["it may for half a minute with the index engine", { index: { resolve: "@medusajs/index" } }, {}, 30_000],
    ["it does not with an index engine that is off", { index: false }, {}, 0],
    ["it lags as the options say", { index: { resolve: "@medusajs/index" } }, { readLag: 5 }, 5_000],
  ])("assumes that %s", async (_, modules, more, readLagMs) => {
    const providers = [{ id: "a", resolve: RESOLVE, options: { ...options(), ...more } }]
    const [[, cache] = []] = await cachesAfterLoading(providers, 0, modules)
    expect(cache?.options.log.readLagMs).toBe(readLagMs)
  })

  it("has an id of its own when the configuration cannot be told to be its", async () => {
    expect(await idsAfterLoading([{ id: "other", resolve: "./elsewhere" }], 0)).toEqual(["memcached"])
  })
})
