import { authorOf, type ClearInput, type NamedTargets, targetsOf } from "../clear-input"
import { DECOMPRESS_IN_PLACE_BYTES } from "../codec/compression"
import type { Entry } from "../codec/entry"
import type { Draft } from "../draft"
import { tagsOf } from "../entry-contents"
import { type Hash, hashOfKey, hashOfTag } from "../support/hash"
import { JsonItems } from "./json-items"
import type { ClearOutcome } from "../log/clear-batch"
import type { LogReading } from "../log/log-reading"
import type { CacheLogger } from "../support/logger"
import type { CacheObserver, CalledClear, ServedHit } from "../observer"
import type { CacheParts } from "../parts"
import type { RepeatableRequest } from "../repeatable-request"
import type { MissReason, RefusalReason, StoredOutcome } from "../results"
import { typesOf } from "../tag-types"
import { clearedRequests } from "./cleared-requests"
import { ClearHistory } from "./clear-history"
import type { NotedClear } from "./clear-line"
import { EntryCounts } from "./entry-counts"
import type { EntityCounter } from "./entity-counter"
import { EntityStatistics } from "./entity-statistics"
import { type Health, healthOf, ServerWatch } from "./health"
import { Inspector } from "./inspector"
import { KnownTags } from "./known-tags"
import { Maintenance } from "./maintenance"
import { costOf, type RememberedKey, RememberedKeys } from "./remembered-keys"
import { ServerStatistics } from "./server-statistics"
import { Statistics } from "./statistics"
import { TagDirectory } from "./tag-directory"
import { TimeSeries } from "./time-series"
import { Warnings } from "./warnings"

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
  readonly keys: RememberedKeys
  readonly #parts: CacheParts
  readonly #watch: ServerWatch
  readonly #entities: EntityStatistics
  readonly #directory: TagDirectory
  readonly #maintenance: Maintenance
  readonly #warnings: Warnings
  /** Clears whose outcome is not known yet, by its promise. */
  readonly #clearing = new Map<Promise<ClearOutcome>, CalledClear[]>()

  constructor(parts: CacheParts, logger: CacheLogger) {
    const { options, runtime, keys, cluster, log } = parts
    const { flushIntervalMs } = options.statistics
    const isShared = flushIntervalMs > 0
    const onNote = (): void => this.#maintenance.request()
    const items = new JsonItems(cluster, runtime)
    const firstItems = new JsonItems({ submit: (command, done) => cluster.first.submit(command, done) }, runtime)
    this.#parts = parts
    this.#warnings = new Warnings(parts, logger)
    this.#watch = new ServerWatch(cluster, runtime)
    this.#maintenance = new Maintenance(runtime, flushIntervalMs)
    this.statistics = new Statistics(cluster, () => this.timeSeries.note())
    this.keys = new RememberedKeys(log, runtime)
    this.#entities = new EntityStatistics()
    this.timeSeries = new TimeSeries({
      ...{ statistics: this.statistics, entities: this.#entities, items, firstItems, keys, runtime },
      ...{ timeoutMs: options.lookupTimeoutMs, enabled: isShared, onNote },
    })
    const hasPending = (): boolean => log.hasPending
    this.clears = new ClearHistory({ items, name: keys.clears(), runtime, hasPending, isShared, onNote })
    this.#directory = new TagDirectory({ items, keys, runtime, enabled: isShared, onNote })
    this.tags = new KnownTags(parts, this.#directory, this.clears)
    this.servers = new ServerStatistics(cluster, this.#watch, runtime, log)
    this.entries = new EntryCounts(parts)
    this.inspector = new Inspector(parts, this.keys)
    this.#maintenance.add(() => this.clears.flush())
    this.#maintenance.add((closing) => this.#directory.flush(closing))
    this.#maintenance.add((closing) => (closing ? this.timeSeries.close() : this.timeSeries.flush()))
  }

  /** Returns the health of the servers and of pending clears, without asking any server. */
  health(): Health {
    return healthOf(this.#parts, this.#watch)
  }

  /** Names the record of the log that an applied clear is in. Undefined when it named nothing, or is forgotten. */
  recordOfClear(input: ClearInput): string | undefined {
    const targets = targetsOf(input)
    return targets && this.#recordAt(this.#parts.log.lastClearOf(firstHashOf(targets)))
  }

  /** Names the record whose clear caused the last miss of a key. Undefined when it had another cause. */
  recordOfMiss(name: string): string | undefined {
    return this.#recordAt(this.keys.get(hashOfKey(name))?.clearedAt)
  }

  /** Returns the servers that are away, since when (Unix time in milliseconds) and why, without asking any. */
  outages(): { readonly serverId: string; readonly sinceMs: number; readonly reason: string | null }[] {
    return this.#parts.cluster.servers.flatMap((server) => {
      const sinceMs = this.#watch.downSinceMs(server)
      return sinceMs === null ? [] : [{ serverId: server.id, sinceMs, reason: server.downReason?.message ?? null }]
    })
  }

  /** Returns the requests that build anew what was cleared, the most wanted first, `limit` at most. */
  clearedRequests(limit: number): Promise<readonly RepeatableRequest[]> {
    return clearedRequests(this.keys, this.#parts, limit)
  }

  serving(entry: Entry, answeredAt: number): void {
    this.#directory.hit(entry, answeredAt)
    const key = this.keys.served(entry)
    if (key.counter) return
    const tags = this.#tagsOf(entry)
    this.#learn(entry.hashAt(0), key, tags)
    this.#hear(key, tags)
  }

  cleared(entry: Entry, reading: LogReading): void {
    const hash = entry.hashAt(0)
    const key = this.keys.of(hash)
    const cause = reading.causeOf(entry)
    key.clearedAt = this.#parts.log.lastClearOf(entry.hashAt(typeof cause === "number" ? cause : 0)) ?? 0
    const tags = this.#tagsOf(entry)
    const counter = key.counter && tags.length === 0 ? key.counter : this.#learn(hash, key, tags)
    this.#entities.blame(counter, cause, tags)
  }

  hit(name: string, hit: ServedHit, tookMs: number, request?: RepeatableRequest): void {
    const key = this.keys.hit(name, request)
    const costMicros = costOf(key, hit.costMicros)
    this.statistics.hit(hit, costMicros, tookMs)
    key?.counter?.hit(costMicros, tookMs)
  }

  missed(name: string, reason: MissReason): void {
    const hash = hashOfKey(name)
    const cause = this.keys.explain(hash, reason)
    if (cause === "uncacheable") return this.statistics.uncacheable()
    this.statistics.miss(cause)
    const key = this.keys.get(hash)
    if (!key?.counter) return this.keys.missedNew(hash)
    key.counter.missed(cause)
    if (cause !== "cleared") key.clearedAt = 0
    else if (key.clearedAt === 0) key.clearedAt = this.#parts.log.lastClearOf(hash) ?? 0
    if (key.clearedAt > 0) this.clears.missed(key.clearedAt)
  }

  lookedUpByTags(): void {
    this.statistics.tagLookup()
  }

  stored(draft: Draft, outcome: StoredOutcome, request?: RepeatableRequest): void {
    this.statistics.stored(outcome)
    const key = this.keys.stored(draft, outcome.rawBytes, outcome.bytes)
    if (request) this.keys.requested(key, request)
    this.#learn(draft.hashes[0] ?? 0, key, draft.tags)
    if (key.clearedAt > 0) this.clears.rebuilt(key.clearedAt, draft.costMicros)
    key.clearedAt = 0
    if (draft.tags.length > 0) this.#directory.stored(draft.tags, draft.hashes)
  }

  refused(name: string, reason: RefusalReason, bytes?: number): void {
    this.statistics.refused(reason)
    this.keys.refused(name, reason)
    if (reason === "too_large") this.#warnings.tooLarge(name, bytes)
  }

  keptBriefly(key: string, seconds: number): void {
    this.statistics.keptBriefly()
    this.#warnings.keptBriefly(key, seconds)
  }

  clearing(clear: CalledClear, outcome: Promise<ClearOutcome>): void {
    this.statistics.cleared(clear.targets.automatic ? "automatic" : "explicit")
    // One callback for all that travel together: an import clears thousands of times.
    const together = this.#clearing.get(outcome)
    if (together) return void together.push(clear)
    const clears = [clear]
    this.#clearing.set(outcome, clears)
    void outcome.then(({ status }) => {
      this.#clearing.delete(outcome)
      if (status !== "nothing") this.#noteClears(clears, status)
    })
  }

  #noteClears(clears: readonly CalledClear[], status: NotedClear["status"]): void {
    const { log, runtime } = this.#parts
    const [now, atMs] = [runtime.elapsed(), Math.round(runtime.now())]
    for (const { targets, tagHashes, author = authorOf(targets) } of clears) {
      const { everything, keys, tags } = targets
      const version = status === "applied" ? log.lastClearOf(tagHashes[0] ?? firstHashOf(targets)) : undefined
      this.clears.note({ atMs, author, status, version, everything, tags, keys })
      this.#entities.cleared(targets, now)
      this.#directory.cleared(tagHashes, author)
    }
  }

  committed(calls: number, tags: number): void {
    this.statistics.committed(calls, tags)
  }

  pending(calls: number): void {
    this.statistics.pending(calls)
  }

  #recordAt(version = 0): string | undefined {
    const { known } = this.#parts.log
    return known && version > 0 ? `${known.epoch}:${version}` : undefined
  }

  /** Returns the counter of a key's entries, and gives it the misses from before it was known. */
  #learn(hash: Hash, key: RememberedKey, tags: readonly string[]): EntityCounter {
    key.counter = this.#entities.counterOf(tags)
    key.counter.missed("new", this.keys.takeMissesOfNew(hash))
    return key.counter
  }

  /**
   * Returns the names of an entry's tags, and none where a lookup would not unfold it in place: all visitors of a large
   * entry that was cleared may miss it in one turn.
   */
  #tagsOf(entry: Entry): readonly string[] {
    if (!entry.names && entry.payloadBytes > DECOMPRESS_IN_PLACE_BYTES) return []
    return tagsOf(entry, this.#parts.options.maxValueBytes)
  }

  /** Takes over what another process has found the entries of a kind to take. */
  #hear(key: RememberedKey, tags: readonly string[]): void {
    // Without tags an entry is a kind of its own, of which nothing more is known than it says itself.
    if (key.kind || key.costMicros === 0 || tags.length === 0) return
    key.kind = this.#parts.costs.kindOf(typesOf(tags), key.rawBytes, "")
    key.kind.heard(key.costMicros)
  }

  /** Writes what the other processes have not received yet. */
  close(): Promise<void> {
    const { cluster, log } = this.#parts
    const { pendingServers } = log.status()
    // One server that has a clear tells the other processes what the rest lacks.
    if (cluster.servers.every(({ id }) => pendingServers.includes(id))) this.#warnings.clearsLost()
    return this.#maintenance.close()
  }
}

/** Returns one hash of a clear, all of which have the same version. */
function firstHashOf({ tags: [tag], keys: [key] }: NamedTargets): Hash {
  if (tag !== undefined) return hashOfTag(tag)
  return key === undefined ? 0 : hashOfKey(key)
}
