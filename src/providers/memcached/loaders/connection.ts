import type { LoaderOptions, Logger } from "@medusajs/framework/types"
import type { Cache, CacheLogger, DependableServer } from "../../../cache"
import {
  type CacheCalls,
  findTelemetry,
  Observation,
  observedAnswers,
  ObservedCache,
  observeCaches,
} from "../../../telemetry"
import { createCache, createServers, serverOptionsOf } from "../create-cache"
import { Discovery } from "../discovery"
import { insecurities } from "../insecure-connections"
import { defaultReadLag } from "../read-lag"
import { runningCaches } from "../running-caches"
import { validateOptions } from "../validate-options"

const DEFAULT_ID = "memcached"

/** A provider as in medusa-config.ts. */
interface ConfiguredProvider {
  readonly id?: string
  readonly resolve?: unknown
  readonly options?: unknown
}

interface ModuleOptions {
  readonly providers?: readonly ConfiguredProvider[]
}

interface ProviderLoaderOptions extends Pick<LoaderOptions, "container" | "options"> {
  readonly logger?: Logger
  readonly moduleOptions?: ModuleOptions
}

/**
 * Creates the cache. It is created here because options only reach the loader of a caching provider; the service is
 * constructed with the Caching Module's options. Throws on invalid options. A server that is away does not stop
 * anything.
 */
export default async function connectionLoader({
  container,
  options,
  logger,
  moduleOptions,
}: ProviderLoaderOptions): Promise<void> {
  // A provider without options gets those of the whole module, and then there are no module options.
  const isOfModule = moduleOptions === undefined && options !== undefined && "providers" in options
  const given = validateOptions(isOfModule ? {} : options)
  const resolved = { ...given, readLag: given.readLag ?? defaultReadLag(container) }
  const id = idOf(
    isOfModule
      ? providersOf(options).filter(isOursWithoutOptions)
      : providersOf(moduleOptions).filter((provider) => provider.options === options)
  )
  const say = levelled(logger ?? container.resolve<Logger>("logger"), resolved.logging)

  const serverOptions = serverOptionsOf(resolved)
  const running: { cache?: Cache } = {}
  const isUsed = (server: DependableServer): boolean => running.cache?.servers.includes(server) ?? true
  const onServer = (server: DependableServer): void => announce(server, say, () => isUsed(server))
  const discovery = resolved.discovery ? new Discovery({ endpoint: serverOptions[0], say, onServer }) : undefined
  const cache = createCache(resolved, (await discovery?.begin()) ?? createServers(serverOptions, onServer), say)
  running.cache = cache
  const telemetry = findTelemetry()
  if (telemetry?.meter) observeCaches(telemetry.meter, runningCaches)
  const observation = telemetry && new Observation(cache, telemetry)
  const calls: CacheCalls = observation ? new ObservedCache(cache, observation) : cache
  if (observation) cache.answers = observedAnswers(cache.answers, observation)
  container.register({ memcachedCache: { resolve: () => calls } })
  runningCaches().set(id, cache)

  if (resolved.options && hasIneffective(resolved.options)) say.info(INEFFECTIVE)
  for (const warning of insecurities(serverOptions)) say.warn(warning)
  // One request, answered within its time-out whatever the server does. The first set needs the log's version.
  await cache.connect()
  discovery?.follow(cache)
}

const providersOf = (module: ModuleOptions = {}): readonly ConfiguredProvider[] => module.providers ?? []

/** The providers that have been loaded: several may have the same options, or none. */
const loaded = new WeakSet<ConfiguredProvider>()

function idOf(alike: readonly ConfiguredProvider[]): string {
  const configured = alike.find((provider) => !loaded.has(provider)) ?? alike[0]
  if (configured) loaded.add(configured)
  return configured?.id ?? DEFAULT_ID
}

/** A loader does not learn which provider it is for. Without options only the path identifies the provider. */
const isOursWithoutOptions = ({ resolve, options }: ConfiguredProvider): boolean =>
  options === undefined && typeof resolve === "string" && resolve.includes("memcached")

/**
 * Logs how a server is found at boot, and later, while it is used, when it goes away or returns. Nobody waits for it.
 */
function announce(server: DependableServer, say: CacheLogger, isUsed: () => boolean): void {
  // Undefined until the diagnosis is complete, which knows more than the first failure of a command.
  let usable: boolean | undefined
  say.info(`Connecting to Memcached at ${server.id}…`)
  void server.diagnose().then((found) => {
    // It may have come in the meantime.
    const error = server.state === "ready" ? undefined : found
    usable = error === undefined
    if (error) say.warn(`Memcached at ${server.id} cannot be used: ${sentence(error.message)} ${GOES_ON}`)
    else say.info(`Successfully connected to Memcached at ${server.id}`)
  })
  server.onStateChange((state, error) => {
    if (!isUsed()) return
    if (state === "ready" && usable === false) {
      usable = true
      say.info(`Memcached at ${server.id} is available again`)
    }
    if (state === "down" && usable === true) {
      usable = false
      say.warn(`Memcached at ${server.id} is unavailable: ${sentence(error?.message ?? "reason unknown")} ${GOES_ON}`)
    }
  })
}

const sentence = (text: string): string => (text.endsWith(".") ? text : `${text}.`)

const GOES_ON = "The shop keeps working without the cache."

const INEFFECTIVE =
  "Some of the memjs client options have no effect: this provider handles retries, failover, expiry, keep-alive, logging " +
  "and serialization itself. Of these options it uses `timeout`, `conntimeout`, `username` and `password`."

const hasIneffective = (options: object): boolean =>
  Object.keys(options).some((name) => !["timeout", "conntimeout", "username", "password"].includes(name))

function levelled(logger: CacheLogger, level: "info" | "warn" | "silent"): CacheLogger {
  const nothing = (): void => undefined
  return {
    debug: (message) => logger.debug(message),
    info: level === "info" ? (message) => logger.info(message) : nothing,
    warn: level === "silent" ? nothing : (message) => logger.warn(message),
  }
}

declare module "@medusajs/framework/types" {
  interface ModuleImplementations {
    memcachedCache: CacheCalls
  }
}
