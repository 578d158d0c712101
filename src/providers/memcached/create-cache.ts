import {
  Cache,
  type CacheLogger,
  type CacheOptions,
  DEFAULT_CACHE_OPTIONS,
  DEFAULT_LEVELS,
  DependableServer,
  type MemcachedServer,
  type ServerOptions,
} from "../../cache"
import type { ResolvedProviderOptions } from "./options"
import { parseServerAddress } from "./server-address"

const DEFAULT_SERVER_URLS = ["127.0.0.1:11211"]
const DEFAULT_TIMEOUT_MS = 500
const DEFAULT_CONNECT_TIMEOUT_MS = 1_000

/** Returns the options of each server in the configured order. */
export function serverOptionsOf(options: ResolvedProviderOptions): [ServerOptions, ...ServerOptions[]] {
  const timeouts = {
    timeoutMs: timeoutMsOf(options),
    connectTimeoutMs:
      options.connectTimeoutMs ?? milliseconds(options.options?.conntimeout) ?? DEFAULT_CONNECT_TIMEOUT_MS,
  }
  const username = options.username ?? options.options?.username
  const password = options.password ?? options.options?.password
  const shared = {
    protocol: options.protocol,
    ...(username && password ? { username, password } : {}),
    ...(options.tls ? { tls: options.tls } : {}),
  }
  const addresses: readonly Partial<ServerOptions>[] =
    options.servers ?? (options.serverUrls ?? DEFAULT_SERVER_URLS).flatMap(splitUrls)
  const [first = {}, ...others] = addresses
  const completed = (address: Partial<ServerOptions>): ServerOptions => {
    const server = { host: "127.0.0.1", port: 11211, ...shared, ...given(address), ...timeouts }
    return typeof server.tls === "object" ? { ...server, tls: given(server.tls) } : server
  }
  return [completed(first), ...others.map(completed)]
}

/** Calls `onServer` with each of them. */
export function createServers(
  [first, ...others]: readonly [ServerOptions, ...ServerOptions[]],
  onServer?: (server: DependableServer) => void
): [DependableServer, ...DependableServer[]] {
  const servers: [DependableServer, ...DependableServer[]] = [
    new DependableServer(first),
    ...others.map((options) => new DependableServer(options)),
  ]
  if (onServer) servers.forEach(onServer)
  return servers
}

/**
 * Removes undefined values, as from an unset environment variable: they must not override TLS that is set for all
 * servers, nor the name by which a server's certificate is checked.
 */
const given = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]: [string, unknown]) => value !== undefined)
  ) as Partial<T>

export const createCache = (
  options: ResolvedProviderOptions,
  servers: readonly [MemcachedServer, ...MemcachedServer[]],
  logger: CacheLogger
): Cache => new Cache(cacheOptionsOf(options), { servers, logger, reach: (id) => serverAt(id, options) })

/**
 * Connects to a server that only other processes have in their lists. Its address comes from Memcached, so no password is
 * sent there.
 */
function serverAt(id: string, options: ResolvedProviderOptions): DependableServer | undefined {
  try {
    const { host, port } = parseServerAddress(id, "server")
    const { timeoutMs, connectTimeoutMs, protocol, tls } = serverOptionsOf(options)[0]
    const like = { timeoutMs, connectTimeoutMs, protocol, ...(tls === undefined ? {} : { tls }) }
    const server = new DependableServer({ ...like, host, port })
    // By another name each call would connect anew: the log knows a server by its id.
    return server.id === id ? server : undefined
  } catch {
    return undefined
  }
}

export function cacheOptionsOf(options: ResolvedProviderOptions): CacheOptions {
  const defaults = DEFAULT_CACHE_OPTIONS
  return {
    prefix: options.cachePrefix,
    defaultTtlSeconds: options.defaultTtl,
    ttlCapSeconds: options.maxTtl,
    maxValueBytes: options.maxValueBytes,
    lookupTimeoutMs: timeoutMsOf(options),
    compression: {
      enabled: options.compression.enabled,
      algorithm: options.compression.algorithm,
      thresholdBytes: options.compression.threshold,
      level: options.compression.level ?? DEFAULT_LEVELS[options.compression.algorithm],
    },
    memoryBytes: options.memoryBytes,
    log: {
      ...defaults.log,
      retentionSeconds: options.log.retention,
      maxTags: options.log.maxTags,
      clearTimeoutMs: options.clearTimeoutMs,
      readLagMs: (options.readLag ?? 0) * 1000,
    },
    loads: defaults.loads,
    index: {
      enabled: options.index.enabled,
      retentionSeconds: options.index.retention,
      maxBytes: options.index.maxBytes,
    },
    statistics: { flushIntervalMs: options.statistics.enabled ? options.statistics.flushIntervalMs : 0 },
    identity: defaults.identity,
    earlyRefresh: options.earlyRefresh,
  }
}

/**
 * Splits a string with several servers, as memjs allows: "a:11211,b:11211". A string with a password is not split,
 * because the password may contain commas.
 */
function splitUrls(urls: string, index: number): Partial<ServerOptions>[] {
  const parts = urls.includes("@") ? [urls] : urls.split(",")
  return parts.map((url) => parseServerAddress(url, `serverUrls[${index}]`))
}

const timeoutMsOf = (options: ResolvedProviderOptions): number =>
  options.timeoutMs ?? milliseconds(options.options?.timeout) ?? DEFAULT_TIMEOUT_MS

/** Converts memjs's seconds. */
const milliseconds = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.round(seconds * 1000)
