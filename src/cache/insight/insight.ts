import { authorOf, type ClearAuthor, type NamedTargets } from "../clear-input"
import type { Entry } from "../codec/entry"
import { tagsOf } from "../entry-tags"
import { type Hash, hashOfKey, hashOfTag } from "../hash"
import { JsonItems } from "../json-items"
import type { ClearOutcome } from "../log/clear-batch"
import type { LogReading } from "../log/log-reading"
import type { CacheLogger } from "../logger"
import type { CacheObserver, ServedHit, StoredEntry } from "../observer"
import type { CacheParts } from "../parts"
import { RecentMap } from "../recent-map"
import type { MissReason, RefusalReason } from "../results"
import { ClearHistory } from "./clear-history"
import { EntryCounts } from "./entry-counts"
import { EntityStatistics } from "./entity-statistics"
import { type Health, healthOf, ServerWatch } from "./health"
import { Inspector } from "./inspector"
import { KnownTags } from "./known-tags"
import { Maintenance } from "./maintenance"
import { ServerStatistics } from "./server-statistics"
import { Statistics } from "./statistics"
import { TagDirectory } from "./tag-directory"
import { TimeSeries } from "./time-series"
import { Warnings } from "./warnings"

const MAX_UNCACHEABLE_KEYS = 10_000

/**
 * Everything that is displayed about the cache. It observes the engine and decides nothing. What processes share is in
 * small items of its own.
 */
export class Insight implements CacheObserver {
  /** Counts of this process. */
  readonly statistics: Statistics
  /** Counts of all processes. */
  readonly timeSeries: TimeSeries
  readonly servers: ServerStatistics
  readonly clears: ClearHistory
  readonly tags: KnownTags
  readonly entries: EntryCounts
  readonly inspector: Inspector
  readonly #parts: CacheParts
  readonly #watch: ServerWatch
  readonly #entities: EntityStatistics
  readonly #directory: TagDirectory
  readonly #maintenance: Maintenance
  /**
   * Keys whose data was last refused because of the data itself. Medusa's lookup of a secret API key, made with each
   * request, has such a key.
   */
  readonly #uncacheable = new RecentMap<Hash, true>(MAX_UNCACHEABLE_KEYS)
  readonly #warnings: Warnings

  constructor(parts: CacheParts, logger: CacheLogger) {
    const { options, runtime, keys, cluster, log } = parts
    const { flushIntervalMs } = options.statistics
    const isShared = flushIntervalMs > 0
    const onNote = (): void => this.#maintenance.request()
    const items = new JsonItems(cluster, runtime)
    this.#parts = parts
    this.#warnings = new Warnings(parts, logger)
    this.#watch = new ServerWatch(cluster, runtime)
    this.#maintenance = new Maintenance(runtime, flushIntervalMs)
    this.statistics = new Statistics(cluster, () => this.timeSeries.note())
    this.#entities = new EntityStatistics({ tagsOf, enabled: isShared })
    this.timeSeries = new TimeSeries({
      ...{ statistics: this.statistics, entities: this.#entities, items, keys, runtime },
      ...{ timeoutMs: options.lookupTimeoutMs, enabled: isShared, onNote },
    })
    const hasPending = (): boolean => log.hasPending
    this.clears = new ClearHistory({ items, name: keys.clears(), runtime, hasPending, isShared, onNote })
    this.#directory = new TagDirectory({ items, keys, runtime, enabled: isShared, onNote })
    this.tags = new KnownTags(parts, this.#directory, this.clears)
    this.servers = new ServerStatistics(cluster, this.#watch, runtime)
    this.entries = new EntryCounts(parts)
    this.inspector = new Inspector(parts)
    this.#maintenance.add(() => this.clears.flush())
    this.#maintenance.add((closing) => this.#directory.flush(closing))
    this.#maintenance.add((closing) => (closing ? this.timeSeries.close() : this.timeSeries.flush()))
  }

  /** Returns the health of the servers and of pending clears, without asking any server. */
  health(): Health {
    return healthOf(this.#parts, this.#watch)
  }

  serving(entry: Entry, answeredAt: number): void {
    this.#directory.hit(entry, answeredAt)
    this.#entities.served(entry)
  }

  cleared(entry: Entry, reading: LogReading): void {
    this.#entities.cleared(entry, reading.causeOf(entry))
  }

  hit(key: string, hit: ServedHit, tookMs: number): void {
    this.statistics.hit(hit, tookMs)
    this.#entities.hit(hashOfKey(key))
  }

  missed(key: string, reason: MissReason): void {
    const hash = hashOfKey(key)
    if (reason === "absent" && this.#uncacheable.get(hash)) return this.statistics.uncacheable()
    this.statistics.miss(reason)
    this.#entities.missed(hash)
  }

  lookedUpByTags(): void {
    this.statistics.tagLookup()
  }

  stored({ tags, types, hashes, rawBytes, bytes }: StoredEntry): void {
    this.statistics.stored(rawBytes, bytes)
    this.#uncacheable.delete(hashes[0] ?? 0)
    this.#entities.stored(hashes[0] ?? 0, types)
    if (tags.length > 0) this.#directory.stored(tags, hashes)
  }

  refused(key: string, reason: RefusalReason, bytes?: number): void {
    this.statistics.refused(reason)
    if (reason === "unclearable" || reason === "not_cacheable") this.#uncacheable.set(hashOfKey(key), true)
    if (reason === "too_large") this.#warnings.tooLarge(key, bytes)
  }

  keptBriefly(key: string, seconds: number): void {
    this.statistics.keptBriefly()
    this.#warnings.keptBriefly(key, seconds)
  }

  clearing(targets: NamedTargets, author: ClearAuthor | undefined, outcome: Promise<ClearOutcome>): void {
    const { everything, automatic, keys, tags } = targets
    this.statistics.cleared(automatic ? "automatic" : "explicit")
    void outcome.then(({ status }) => {
      if (status === "nothing") return
      const by = author ?? authorOf(targets)
      this.clears.note({ author: by, status, everything, tags, keys })
      this.#directory.cleared(tags.map(hashOfTag), by)
    })
  }

  committed(calls: number, tags: number): void {
    this.statistics.committed(calls, tags)
  }

  pending(calls: number): void {
    this.statistics.pending(calls)
  }

  /** Writes what the other processes have not received yet. */
  close(): Promise<void> {
    return this.#maintenance.close()
  }
}
