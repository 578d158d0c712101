import { type ClearLine, type EntryReport, type KnownTag, type ServerReport, typeOf } from "../../../cache"
import type { Invalidation, InvalidationBatch } from "../../../modules/cache-monitor/invalidation"
import type { RunningCache } from "../../../modules/cache-monitor/running-cache"
import type { Responses } from "../../../responses"
import { configurationOf, defaultConfiguration } from "../../../providers/memcached/configuration"
import type {
  AdminCacheClear,
  AdminCacheEntry,
  AdminCacheEntryAbout,
  AdminCacheEntrySummary,
  AdminCacheInvalidation,
  AdminCacheProvider,
  AdminCacheResponse,
  AdminCacheServer,
  AdminCacheTag,
} from "../../../types/http"

export const entrySummaryOf = (
  report: EntryReport,
  nowMs: number,
  about: AdminCacheEntryAbout | null = null
): AdminCacheEntrySummary => ({
  key: report.key,
  about,
  state: report.state,
  cleared_by: report.clearedBy,
  size_bytes: report.rawBytes,
  stored_bytes: report.bytes,
  stored_at: isoOrNull(report.storedAtMs),
  expires_at: isoOrNull(report.expiresAtMs),
  ttl_left_seconds: report.expiresAtMs === null ? null : Math.max(0, Math.round((report.expiresAtMs - nowMs) / 1000)),
  auto_invalidate: report.autoInvalidate,
  tag_count: report.tags.length,
  compute_ms: report.costMicros / 1000,
})

export const entryOf = (
  report: EntryReport,
  nowMs: number,
  about: AdminCacheEntryAbout | null = null
): AdminCacheEntry => ({
  ...entrySummaryOf(report, nowMs, about),
  name: report.name,
  server: report.serverId,
  tags: report.tags,
  absent_because: report.absentBecause,
  read_version: report.readVersion,
  log: report.log,
  clears: report.clears,
  preview: report.preview,
  preview_truncated: report.previewTruncated,
})

export const tagOf = (known: KnownTag, entries: number | null, name?: string): AdminCacheTag => ({
  tag: known.tag,
  entity: known.entity,
  name: name ?? null,
  version: known.version,
  last_cleared_at: isoOrNull(known.lastCleared?.atMs ?? null),
  last_cleared_by: known.lastCleared?.origin ?? null,
  last_cleared_actor_id: known.lastCleared?.actorId ?? null,
  entries,
  hits: known.hits,
})

/**
 * Describes a tag that is not in the list of known tags. The list is best effort, so the tag may be in use
 * nevertheless.
 */
export const unknownTag = (tag: string): KnownTag => ({
  tag,
  entity: typeOf(tag),
  version: null,
  lastCleared: null,
  hits: 0,
  lastSeenAtMs: 0,
})

/** Names of tags, and of users and API keys by id. */
interface Names {
  readonly tags: ReadonlyMap<string, string>
  readonly actors: ReadonlyMap<string, string>
}

const NO_NAMES: Names = { tags: new Map(), actors: new Map() }

export const clearLineOf = (line: ClearLine, names: Names = NO_NAMES): AdminCacheClear => ({
  at: isoOf(line.atMs),
  origin: line.origin,
  actor_id: line.actorId,
  actor_name: (line.actorId !== null && names.actors.get(line.actorId)) || null,
  all: line.everything,
  calls: line.calls,
  tags: line.tags,
  keys: line.keys,
  sample: line.sample,
  sample_name: names.tags.get(line.sample[0] ?? "") ?? null,
  status: line.status,
  misses: line.misses,
  rebuild_ms: Math.round(line.rebuildMicros / 1000),
})

export const invalidationOf = (
  invalidation: Invalidation,
  batches: readonly InvalidationBatch[]
): AdminCacheInvalidation => ({
  ...invalidationSummaryOf(invalidation),
  batches: batches.map(({ index, targets, status, attempts, durationMs }) => ({
    index,
    targets,
    status,
    attempts,
    duration_ms: durationMs,
  })),
})

export const invalidationSummaryOf = (invalidation: Invalidation): Omit<AdminCacheInvalidation, "batches"> => ({
  id: invalidation.id,
  state: invalidation.state,
  dry_run: invalidation.dryRun,
  provider_id: invalidation.providerId,
  total: invalidation.total,
  done: invalidation.done,
  pending: invalidation.pending,
  retries: invalidation.retries,
  created_by: invalidation.createdBy,
  started_at: isoOf(invalidation.startedAtMs),
  ended_at: isoOrNull(invalidation.endedAtMs),
  duration_ms: invalidation.durationMs,
  message: invalidation.message,
})

/** Describes a provider without its secrets: of a server only its `id` is returned. */
export function providerOf(
  { providerId, cache }: RunningCache,
  defaultProviderId: string | undefined,
  readLagSeconds: number
): AdminCacheProvider {
  const log = cache.logStatus()
  return {
    id: providerId,
    is_default: providerId === defaultProviderId,
    status: cache.insight.health().status,
    servers: cache.servers.map(({ id }) => id),
    log: { epoch: log.known?.epoch.toString(16) ?? null, version: log.version, horizon: log.horizon },
    configuration: configurationOf(cache.options),
    defaults: defaultConfiguration(readLagSeconds),
  }
}

export const serverOf = ({
  id,
  state,
  protocol,
  log,
  isDistrusted,
  reason,
  downSinceMs,
  shareOfItems,
  stats,
}: ServerReport): AdminCacheServer => ({
  id,
  state,
  protocol,
  log: log && { epoch: log.epoch.toString(16), version: log.version },
  clears_pending: isDistrusted,
  reason,
  down_since: isoOrNull(downSinceMs),
  share_of_items: shareOfItems,
  stats: stats && {
    version: stats.version,
    uptime_seconds: stats.uptimeSeconds,
    started_at: isoOf(stats.startedAtMs),
    memory_used_bytes: stats.memoryUsedBytes,
    memory_limit_bytes: stats.memoryLimitBytes,
    item_size_max_bytes: stats.itemSizeMaxBytes,
    items: stats.items,
    evictions: stats.evictions,
    connections: stats.connections,
    get_hits: stats.getHits,
    get_misses: stats.getMisses,
    ping_ms: stats.pingMs,
    sampled_at: isoOf(stats.sampledAtMs),
  },
})

export const isoOf = (ms: number): string => new Date(ms).toISOString()

export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoOf(ms))

export const responsesOf = (
  responses: Pick<Responses, "reports"> | undefined
): AdminCacheResponse["cache"]["responses"] =>
  responses
    ? {
        routes: responses.reports().map(({ route, ttlSeconds, bypassed, notStored }) => ({
          ...{ route, bypassed },
          ttl_seconds: ttlSeconds,
          not_stored: notStored,
        })),
      }
    : null
