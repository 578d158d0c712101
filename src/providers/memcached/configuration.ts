import type { CacheOptions } from "../../cache"
import { cacheOptionsOf } from "./create-cache"
import { providerOptions } from "./options"

type Configuration = Readonly<Record<string, unknown>>

/**
 * Returns the options of a cache as they are written in `medusa-config.ts`. They include no credentials and no
 * addresses, which stay with the servers.
 */
export const configurationOf = (options: CacheOptions): Configuration => ({
  cachePrefix: options.prefix,
  defaultTtl: options.defaultTtlSeconds,
  maxTtl: options.ttlCapSeconds,
  maxValueBytes: options.maxValueBytes,
  memoryBytes: options.memoryBytes,
  timeoutMs: options.lookupTimeoutMs,
  clearTimeoutMs: options.log.clearTimeoutMs,
  earlyRefresh: options.earlyRefresh,
  readLag: options.log.readLagMs / 1000,
  compression: {
    enabled: options.compression.enabled,
    algorithm: options.compression.algorithm,
    threshold: options.compression.thresholdBytes,
    level: options.compression.level,
  },
  log: { retention: options.log.retentionSeconds, maxTags: options.log.maxTags },
  index: {
    enabled: options.index.enabled,
    retention: options.index.retentionSeconds,
    maxBytes: options.index.maxBytes,
  },
  statistics:
    options.statistics.flushIntervalMs > 0
      ? { enabled: true, flushIntervalMs: options.statistics.flushIntervalMs }
      : { enabled: false },
})

/** Returns the configuration of a provider without options. */
export const defaultConfiguration = (readLagSeconds: number): Configuration =>
  configurationOf(cacheOptionsOf({ ...providerOptions.parse({}), readLag: readLagSeconds }))
