import { BEST_ALGORITHM, type CompressionOptions, DEFAULT_LEVELS } from "./codec/compression"
import type { LoadLimits } from "./loads/load-tracker"
import type { LogLimits } from "./log/invalidation-log"
import { MAX_RECORD_HASHES } from "./log/record"
import type { IdentityLimits } from "./memcached/identity-watch"
import type { IndexOptions } from "./tag-index/tag-index"

export interface StatisticsOptions {
  /**
   * How often statistics, clear history and tag directory are shared through Memcached, in milliseconds. 0 means never.
   */
  readonly flushIntervalMs: number
}

/** Options of the engine. The provider derives them from the validated options of the shop. */
export interface CacheOptions {
  /** The prefix of every name, before a colon. At most 100 printable ASCII characters, without a colon and `~`. */
  readonly prefix: string
  /** The TTL of sets that give none, in seconds. */
  readonly defaultTtlSeconds: number
  /** The longest lifetime of an entry, in seconds; 0 for no limit. */
  readonly ttlCapSeconds: number
  /** The largest value, measured as JSON before compression, in bytes. Larger ones are neither stored nor read. */
  readonly maxValueBytes: number
  /** The time within which every lookup is answered, in milliseconds. */
  readonly lookupTimeoutMs: number
  readonly compression: CompressionOptions
  /** The memory that copies of entries may take in the process, in bytes; 0 for none. */
  readonly memoryBytes: number
  readonly log: Omit<LogLimits, "readTimeoutMs">
  readonly loads: LoadLimits
  readonly index: IndexOptions
  readonly statistics: StatisticsOptions
  readonly identity: IdentityLimits
  /** How early entries are computed again. 1 is the optimum of the XFetch paper, 0 turns it off. */
  readonly earlyRefresh: number
}

export const DEFAULT_CACHE_OPTIONS: CacheOptions = {
  prefix: "medusa",
  defaultTtlSeconds: 3600,
  ttlCapSeconds: 0,
  maxValueBytes: 8 * 1024 * 1024,
  lookupTimeoutMs: 500,
  compression: {
    enabled: true,
    algorithm: BEST_ALGORITHM,
    thresholdBytes: 2048,
    level: DEFAULT_LEVELS[BEST_ALGORITHM],
  },
  memoryBytes: 32 * 1024 * 1024,
  log: {
    inlineRecords: 8,
    retentionSeconds: 86_400,
    maxCatchUp: 1_000,
    backlog: 200,
    maxTags: 100_000,
    clearTimeoutMs: 3_000,
    maxInlineHashes: 8,
    maxRecordHashes: MAX_RECORD_HASHES,
    maxPendingHashes: 100_000,
    followIntervalMs: 1_000,
    recoveryGraceMs: 2_000,
    readLagMs: 0,
  },
  loads: { maxChain: 64, rememberMs: 60_000, maxRemembered: 20_000 },
  index: { enabled: true, retentionSeconds: 86_400, maxBytes: 8 * 1024 * 1024 },
  statistics: { flushIntervalMs: 5_000 },
  identity: { intervalMs: 60_000, suspendedIntervalMs: 10_000, cleanLooks: 12 },
  earlyRefresh: 1,
}
