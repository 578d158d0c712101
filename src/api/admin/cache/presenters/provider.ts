import type { AdminCacheProvider } from "../../../../types/http"
import type { RunningCache } from "../../../../modules/cache-monitor/running-cache"

/**
 * Returns the engine's options. They do not include credentials, which stay with the servers. Of a server only its `id`
 * is returned.
 */
export function providerOf(
  { providerId, cache }: RunningCache,
  defaultProviderId: string | undefined
): AdminCacheProvider {
  const { options, log } = cache
  return {
    id: providerId,
    is_default: providerId === defaultProviderId,
    status: cache.insight.health().status,
    servers: cache.servers.map(({ id }) => id),
    log: { epoch: log.known?.epoch.toString(16) ?? null, version: log.version, horizon: log.horizon },
    configuration: {
      prefix: options.prefix,
      default_ttl_seconds: options.defaultTtlSeconds,
      max_ttl_seconds: options.ttlCapSeconds,
      timeout_ms: options.lookupTimeoutMs,
      clear_timeout_ms: options.log.clearTimeoutMs,
      early_refresh: options.earlyRefresh,
      read_lag_seconds: options.log.readLagMs / 1000,
      compression: {
        enabled: options.compression.enabled,
        threshold_bytes: options.compression.thresholdBytes,
        level: options.compression.level,
      },
      log: { retention_seconds: options.log.retentionSeconds, max_tags: options.log.maxTags },
      index: {
        enabled: options.index.enabled,
        retention_seconds: options.index.retentionSeconds,
        max_bytes_per_tag: options.index.maxBytesPerTag,
      },
      statistics: {
        enabled: options.statistics.flushIntervalMs > 0,
        flush_interval_ms: options.statistics.flushIntervalMs,
      },
    },
  }
}
