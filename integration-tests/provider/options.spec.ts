import memcachedProvider from "../../src/providers/memcached"
import { CollectingLogger } from "../../testing/collecting-logger"
import { closeCache, runningCaches } from "../contract/memcached-subject"
import { loadProvider } from "../contract/module-provider"

const ID = "options-test"

/** Long enough that it can be nowhere by accident. */
const SECRET = "correct-horse-battery-staple"

/** Boots with the options, and returns the message with which that stops; undefined when it does not. */
async function bootError(
  options: Record<string, unknown>,
  logger = new CollectingLogger()
): Promise<string | undefined> {
  try {
    await loadProvider(memcachedProvider, ID, options, logger)
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    await closeCache(ID)
  }
}

/** What Medusa's caching module calls as well, before it registers the provider. */
function validationError(options: Record<string, unknown>): string | undefined {
  const [service] = memcachedProvider.services as unknown as { validateOptions(options: object): void }[]
  try {
    service?.validateOptions(options)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

describe("unknown options", () => {
  const cases: { options: Record<string, unknown>; names: string[] }[] = [
    { options: { serverUrl: ["a:1"] }, names: ["serverUrl", "serverUrls"] },
    { options: { cacheprefix: "shop-1" }, names: ["cacheprefix", "cachePrefix"] },
    { options: { defaultTTL: 4711 }, names: ["defaultTTL", "4711", "defaultTtl"] },
    { options: { compression: { treshold: 1234 } }, names: ["compression.treshold", "1234", "compression.threshold"] },
    { options: { compression: { enable: true } }, names: ["compression.enable", "true", "compression.enabled"] },
    { options: { servers: [{ host: "a", prot: 11 }] }, names: ["servers[0].prot", "11", "servers[0].port"] },
    { options: { usernam: "shopkeeper" }, names: ["usernam", "username"] },
    { options: { options: { timeuot: 0.25 } }, names: ["options.timeuot", "0.25", "options.timeout"] },
  ]
  for (const { options, names } of cases) {
    it(`stops the boot and names the nearest right one: ${JSON.stringify(options)}`, async () => {
      const message = await bootError(options)

      for (const name of names) expect(message).toContain(name)
      expect(validationError(options)).toBe(message)
    })
  }

  it("names each of several", async () => {
    const message = await bootError({ tll: 60, prefixx: "x", unlike: "anything" })

    for (const name of ["tll", "prefixx", "unlike"]) expect(message).toContain(name)
  })

  it("suggests nothing for a name that is like none", async () => {
    const message = await bootError({ somethingCompletelyDifferent: 1 })

    expect(message).toContain("somethingCompletelyDifferent")
    expect(message).not.toContain("did you mean")
  })
})

describe("wrong values", () => {
  const cases: { options: Record<string, unknown>; names: string[] }[] = [
    { options: { serverUrls: "127.0.0.1:11211" }, names: ["serverUrls", "array", "15 characters"] },
    { options: { serverUrls: [] }, names: ["serverUrls"] },
    { options: { serverUrls: [11211] }, names: ["serverUrls[0]", "string", "11211"] },
    { options: { serverUrls: ["127.0.0.1:99999"] }, names: ["serverUrls", "a port that is not 1 to 65535"] },
    { options: { serverUrls: ["http://127.0.0.1:11211/x y"] }, names: ["serverUrls", "host:port"] },
    { options: { serverUrls: ["a:1"], servers: [{ host: "b" }] }, names: ["serverUrls", "servers"] },
    { options: { defaultTtl: "3600" }, names: ["defaultTtl", "number", "4 characters"] },
    { options: { defaultTtl: -1 }, names: ["defaultTtl", "-1"] },
    { options: { compression: true }, names: ["compression", "object", "true"] },
    { options: { compression: { enabled: "yes" } }, names: ["compression.enabled", "boolean", "a string"] },
    { options: { compression: { level: 12 } }, names: ["compression.level", "9", "12"] },
    { options: { compression: { threshold: "2 KB" } }, names: ["compression.threshold", "number", "a string"] },
    { options: { cachePrefix: "with space" }, names: ["cachePrefix", "without spaces"] },
    { options: { cachePrefix: "shop:eu" }, names: ["cachePrefix", '":"', '"shop-eu"'] },
    { options: { servers: [{ host: "127.0.0.1:11211" }] }, names: ["servers[0].host", "without brackets, port"] },
    { options: { cachePrefix: "" }, names: ["cachePrefix"] },
    { options: { cachePrefix: "p".repeat(300) }, names: ["cachePrefix", "100"] },
    { options: { servers: [{ port: 11211 }] }, names: ["servers[0].host"] },
    { options: { username: "only-a-name" }, names: ["username", "password"] },
  ]
  for (const { options, names } of cases) {
    it(`stop the boot, named with what was given: ${JSON.stringify(options).slice(0, 60)}`, async () => {
      const message = await bootError(options)

      for (const name of names) expect(message).toContain(name)
      if (message?.includes("host:port") !== true) expect(validationError(options)).toBe(message)
    })
  }
})

describe("secrets", () => {
  const cases: Record<string, unknown>[] = [
    { password: [SECRET] },
    { username: "shop", passwrod: SECRET },
    { username: "shop", Password: SECRET },
    { username: "shop", pass: SECRET },
    { username: SECRET, password: 7 },
    { servers: [{ host: "a", password: { value: SECRET } }] },
    { servers: [{ host: "a", pasword: SECRET }] },
    { serverUrls: `user:${SECRET}@127.0.0.1:11211` },
    { serverUrls: [`user:${SECRET}@127.0.0.1:99999`] },
    { serverUrls: [`user:${SECRET}@bad host`] },
    { serverUrls: [`user:${SECRET}%40127.0.0.1:11211`] },
    { servers: [{ host: `user:${SECRET}@127.0.0.1` }] },
    { tls: `-----BEGIN PRIVATE KEY-----${SECRET}` },
    { timeoutMs: SECRET },
    { [`${SECRET}, spread`]: true },
    { serverUrls: [{ url: SECRET }] },
    { serverUrl: `memcached://user:${SECRET}@127.0.0.1:11211` },
    { servers: `user:${SECRET}@127.0.0.1:11211` },
    { tls: { key: [SECRET] } },
    { tls: { privateKey: SECRET } },
    { tls: { passphrase: [SECRET] } },
    { options: { password: [SECRET] } },
    { options: { username: "a", passw: SECRET } },
  ]
  for (const options of cases) {
    it(`stay out of the message: ${JSON.stringify(options).replace(SECRET, "…")}`, async () => {
      const message = await bootError(options)

      expect(message).toEqual(expect.any(String))
      expect(message).not.toContain(SECRET)
      expect(message).not.toContain(SECRET.slice(0, 10))
      expect(validationError(options) ?? "").not.toContain(SECRET)
    })
  }
})

describe("right options", () => {
  const cases: Record<string, unknown>[] = [
    {},
    { serverUrls: ["127.0.0.1:1"], cachePrefix: "shop", defaultTtl: 60 },
    { serverUrls: ["127.0.0.1:1,127.0.0.1:2"] },
    { serverUrls: [`memcached://user:${SECRET}:with@signs@127.0.0.1:1`] },
    { serverUrls: ["[::1]:1", "localhost"] },
    { servers: [{ host: "127.0.0.1", port: 1 }, { host: "localhost" }] },
    { serverUrls: ["127.0.0.1:1"], username: "user", password: SECRET },
    { compression: {}, options: {} },
    { compression: { enabled: false, threshold: 0, level: 9 } },
    { options: { timeout: 0.25, conntimeout: 1, retries: 2, failover: true, keepAlive: true, expires: 60 } },
  ]
  for (const options of cases) {
    it(`boot: ${JSON.stringify(options).replace(SECRET, "…")}`, async () => {
      const logger = new CollectingLogger()
      expect(await bootError(options, logger)).toBeUndefined()
      expect(validationError(options)).toBeUndefined()
      expect(logger.texts()).not.toEqual([])
      expect(logger.texts().join("\n")).not.toContain(SECRET)
    })
  }

  it("boot without any, though Medusa then hands over those of the whole module", async () => {
    const moduleOptions = { ttl: 777, providers: [{ id: "memcached", resolve: "x" }], database: { clientUrl: SECRET } }
    const logger = new CollectingLogger()
    const registered: object[] = []
    const container = { register: (value: object) => registered.push(value), resolve: () => logger }
    const [loader] = memcachedProvider.loaders as unknown as ((argument: object) => Promise<void>)[]
    await loader?.({ container, logger, options: moduleOptions })
    await closeCache("memcached")

    expect(registered).not.toEqual([])
    expect(logger.texts().join("\n")).not.toContain(SECRET)
  })

  it("may be one object for two providers, of which each has a cache of its own", async () => {
    const logger = new CollectingLogger()
    const options = { serverUrls: ["127.0.0.1:1"] }
    const ids = ["one", "another"]
    const moduleOptions = { providers: ids.map((id) => ({ id, resolve: "x", options })) }
    const container = { register: () => undefined, resolve: () => logger }
    const [loader] = memcachedProvider.loaders as unknown as ((argument: object) => Promise<void>)[]
    await Promise.all(ids.map(async () => loader?.({ container, logger, options, moduleOptions })))
    const running = [...runningCaches().keys()]
    await Promise.all(running.map(closeCache))

    expect(running).toEqual(ids)
  })
})
