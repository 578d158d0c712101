import { ask } from "./ask"
import { authorOf, type ClearAuthor, type ClearInput, targetsOf } from "./clear-input"
import { chooseServer, type MemcachedServer } from "./memcached"
import { expirationOf } from "./codec/expiration"
import { type Draft, draftOf, isQueryAnswer, type SetInput, type SetOutcome, Sets } from "./sets"
import { hashOfKey, hashOfTag } from "./hash"
import { KnownTags } from "./insight/known-tags"
import { TagIndex } from "./insight/tag-index"
import { TagDirectory } from "./insight/tag-directory"
import { Inspector } from "./insight/inspector"
import { ClearHistory } from "./insight/clear-history"
import { tagsOf } from "./entry-tags"
import { JsonItems, SharedItems } from "./json-items"
import { KeySpace } from "./keys"
import type { ClearOutcome } from "./log/clear-batch"
import { FlowClear } from "./log/flow-clear"
import { InvalidationLog } from "./log/invalidation-log"
import { LoadTracker, type SetOrigin } from "./load-tracker"
import type { OwnClear, LogVersion } from "./log/tag-versions"
import { type CacheLogger, printable, RateLimitedLogger } from "./logger"
import { type Finding, type LookupOutcome, Lookups, type WantedTags } from "./lookup"
import { Maintenance } from "./maintenance"
import type { CacheOptions } from "./options"
import { type Runtime, systemRuntime } from "./runtime"
import { type Health, healthOf, ServerWatch } from "./insight/health"
import { IdentityWatch } from "./memcached/identity-watch"
import { ServerStatistics } from "./insight/server-statistics"
import { EntityStatistics } from "./insight/entity-statistics"
import { TimeSeries } from "./insight/time-series"
import { type RefusalReason, Statistics } from "./insight/statistics"
import { within } from "./time-limit"
import { describeTrouble } from "./memcached/trouble-watch"

export interface CacheDependencies {
  /** The first one holds the log; entries are spread over all. */
  readonly servers: readonly [MemcachedServer, ...MemcachedServer[]]
  readonly logger: CacheLogger
  readonly runtime?: Runtime
}

export interface GetInput {
  readonly key?: string
  /** With a key: what the entry has to carry. A deployment that gives a query another tag does not find what has none. */
  readonly tags?: readonly string[]
}

type Provable = Exclude<SetOrigin, { kind: "unproven" }>

const NOTHING: ClearOutcome = { status: "nothing" }

/** How long a set is kept of which nobody knows whether its data was loaded before a clear. */
const UNKNOWN_LOAD_TTL_SECONDS = 10

/**
 * The cache: a lookup costs one round trip, a clear a constant number, and whatever Memcached does, no call rejects.
 * How it stays correct is told in `log/invalidation-log.ts`.
 */
export class Cache {
  /** What this process has counted. */
  readonly statistics: Statistics
  /** What all processes have counted. */
  readonly timeSeries: TimeSeries
  readonly servers: readonly [MemcachedServer, ...MemcachedServer[]]
  readonly log: InvalidationLog
  readonly options: CacheOptions
  readonly serverStatistics: ServerStatistics
  readonly inspector: Inspector
  readonly shared: SharedItems
  readonly clears: ClearHistory
  readonly tags: KnownTags
  readonly #tagDirectory: TagDirectory
  readonly #entities: EntityStatistics
  readonly #maintenance: Maintenance
  readonly #watch: ServerWatch
  readonly #identities: IdentityWatch
  readonly #keys: KeySpace
  readonly #serverFor: (name: string) => MemcachedServer
  readonly #runtime: Runtime
  readonly #logger: RateLimitedLogger
  readonly #loadTracker: LoadTracker
  readonly #lookups: Lookups
  readonly #sets: Sets
  readonly #index: TagIndex
  #closing: Promise<void> | undefined

  constructor(options: CacheOptions, { servers, logger, runtime = systemRuntime }: CacheDependencies) {
    const keys = new KeySpace(options.prefix)
    const serverFor = (name: string): MemcachedServer =>
      servers.length === 1 ? servers[0] : chooseServer(servers, name)
    this.servers = servers
    this.options = options
    this.#keys = keys
    this.#serverFor = serverFor
    this.#runtime = runtime
    this.#logger = new RateLimitedLogger(logger, runtime)
    this.statistics = new Statistics({
      traffic: servers.map((server) => () => server.traffic),
      onCount: () => this.timeSeries.note(),
    })
    const sharesStatistics = options.statistics.flushIntervalMs > 0
    this.#entities = new EntityStatistics({ tagsOf, enabled: sharesStatistics })
    this.log = new InvalidationLog(servers[0], keys, runtime, options.log, this.statistics)
    this.#loadTracker = new LoadTracker(runtime)
    this.#lookups = new Lookups(keys, this.log, runtime, serverFor, {
      timeoutMs: options.lookupTimeoutMs,
      maxValueBytes: options.maxValueBytes,
      onServed: (entry, now) => {
        this.#tagDirectory.hit(entry, now)
        this.#entities.served(entry)
      },
      onCleared: (entry) => this.#entities.cleared(entry, this.log.causeOf(entry)),
      earlyRefresh: options.earlyRefresh,
    })
    this.#sets = new Sets(keys, this.log, runtime, serverFor, options.compression)
    this.#index = new TagIndex(keys, runtime, servers, serverFor, options.index)
    this.#watch = new ServerWatch(servers, runtime)
    this.#identities = new IdentityWatch(servers, keys, runtime, options.identity, (server, twins) =>
      // Without its head a log voids whatever was stored.
      Promise.all(
        [servers[0], ...(server === servers[0] ? twins : [])].map((each) =>
          ask(each, { op: "delete", key: keys.head() })
        )
      )
    )
    for (const server of servers) {
      server.onTrouble?.((kind) =>
        this.#logger.warn(`${kind} ${server.id}`, `Memcached at ${describeTrouble(server.id, kind)}.`)
      )
    }
    this.serverStatistics = new ServerStatistics(servers, this.#watch, runtime)
    this.inspector = new Inspector(this.log, runtime, { keys, serverFor }, options)
    const items = new JsonItems(runtime, serverFor, options.lookupTimeoutMs)
    this.shared = new SharedItems(items, keys)
    this.#maintenance = new Maintenance(runtime, options.statistics.flushIntervalMs)
    this.timeSeries = new TimeSeries({
      statistics: this.statistics,
      entities: this.#entities,
      items,
      keys,
      runtime,
      serverFor,
      timeoutMs: options.lookupTimeoutMs,
      enabled: sharesStatistics,
      onNote: () => this.#maintenance.request(),
    })
    this.clears = new ClearHistory({
      items,
      name: keys.clears(),
      runtime,
      hasPending: () => this.log.hasPending,
      isShared: sharesStatistics,
      onNote: () => this.#maintenance.request(),
    })
    this.#tagDirectory = new TagDirectory({
      items,
      keys,
      runtime,
      enabled: sharesStatistics,
      onNote: () => this.#maintenance.request(),
    })
    this.tags = new KnownTags({
      directory: this.#tagDirectory,
      index: this.#index,
      log: this.log,
      clears: this.clears,
      runtime,
    })
    this.#maintenance.add(() => this.clears.flush())
    this.#maintenance.add((closing) => this.#tagDirectory.flush(closing))
    this.#maintenance.add((closing) => (closing ? this.timeSeries.close() : this.timeSeries.flush()))
  }

  /** In front of every name, without the colon. */
  get prefix(): string {
    return this.options.prefix
  }

  /** Where the entry of a key lies. */
  serverOf(key: string): MemcachedServer {
    return this.servers.length === 1 ? this.servers[0] : this.#serverFor(this.#keys.entry(key))
  }

  /** What is known of the servers and of clears that wait. Asks nobody. */
  health(): Health {
    return healthOf(this.servers, this.#watch, this.log, this.#runtime)
  }

  /**
   * By key: the data, or null. By tags: the data of every entry with one of them, `[]` if none. A fresh object each time.
   * Never rejects. `tell` is told how a lookup by key ended, before it resolves.
   */
  get({ key, tags }: GetInput, tell?: (outcome: LookupOutcome) => void): Promise<unknown> {
    // Not an async function: the load that may follow is recognised by what happens in the synchronous part.
    if (key) return this.#getByKey(key, tags, tell)
    if (tags && tags.length > 0) return this.#getByTags(tags)
    return Promise.resolve(null)
  }

  /**
   * Stores data, to be found until it expires or is cleared. What must not be stored is not: data that was loaded before
   * a clear, data without a JSON form, data over the server's item limit, a query's answer that no clear would find. Never
   * rejects.
   */
  set(input: SetInput): Promise<SetOutcome> {
    // The caller goes on with its object and changes it, so everything is taken from it before anything is awaited.
    this.log.follow()
    const source = this.#loadTracker.match(input.key, this.log.newest)
    const draft = this.#draft(input, source)
    if (typeof draft === "string") {
      // An older value of the key must not be served in place of the one that could not be stored. What a load that a clear
      // has overtaken finds there is newer.
      if (draft !== "stale" || source.kind !== "load") this.#sets.remove(input.key)
      return Promise.resolve(this.#refuse(draft, input.key))
    }
    return this.#sets.put(draft).then((outcome) => {
      if (!outcome.stored) return this.#refuse(outcome.reason, input.key, outcome.bytes)
      this.statistics.stored(outcome.rawBytes, outcome.bytes)
      this.#entities.stored(draft.hashes[0] ?? 0, draft.tags)
      if (draft.tags.length > 0) {
        const hashes = draft.hashes.slice(1)
        this.#index.note(draft.key, draft.tags, hashes)
        this.#tagDirectory.stored(draft.tags, hashes)
      }
      return outcome
    })
  }

  /**
   * Resolves when no later lookup, in any process, can see what was cleared, or with "pending". Never rejects. The author
   * is for the clear history: by default an event when only what is invalidated automatically is cleared, else a shop's code.
   */
  clear(input: ClearInput, author?: ClearAuthor): Promise<ClearOutcome> {
    const targets = targetsOf(input)
    if (!targets) return Promise.resolve(NOTHING)
    const { everything, automatic, keys, tags } = targets
    this.statistics.cleared(automatic ? "automatic" : "explicit")
    // The record voids it; this only frees the memory.
    for (const key of keys) this.#sets.remove(key)
    const tagHashes = tags.map(hashOfTag)
    const keyHashes = keys.map(hashOfKey)
    const named = {
      everything,
      explicit: automatic ? keyHashes : [...keyHashes, ...tagHashes],
      automatic: automatic ? tagHashes : [],
    }
    // What an event clears tells that data has changed, and not that its flow has newer data.
    const flowClear = automatic ? undefined : new FlowClear(named)
    if (flowClear) this.#loadTracker.clears(flowClear)
    const cleared = this.log.clear(named, flowClear)
    void cleared.then(({ status }) => {
      if (status === "nothing") return
      const by = author ?? authorOf(targets)
      this.clears.note({ author: by, status, everything, tags, keys })
      this.#tagDirectory.cleared(tagHashes, by)
    })
    return cleared
  }

  /**
   * Reads the log's head, and looks at who answers. Without it the cache works, but the first thing that is stored without
   * a lookup before it is refused. Never rejects, and takes no longer than a lookup.
   */
  connect(): Promise<void> {
    const looks = this.servers.map((server) => this.#identities.look(server))
    const connected = Promise.all([this.log.connect(), ...looks]).then(() => undefined)
    return within(this.#runtime, this.options.lookupTimeoutMs, connected, undefined)
  }

  /** Delivers waiting clears as far as that is possible in time, and closes the sockets. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all([this.#identities.close(), this.log.close(), this.#index.close()])
    await this.#maintenance.close()
    await Promise.all(this.servers.map((server) => server.close()))
  }

  #getByKey(
    key: string,
    tags: readonly string[] = [],
    tell: ((outcome: LookupOutcome) => void) | undefined
  ): Promise<unknown> {
    this.log.follow()
    const cell = this.#loadTracker.begin(key, this.#lookups.startsAt)
    // When the head cannot be read now, the one that was read last is older than any load to come.
    const newest = this.log.newest
    return new Promise((resolve) => {
      this.#lookups.find(key, tags.length > 0 ? wantedTags(tags, "all") : undefined, (finding) => {
        // What is falsy is no hit for core's useCache: it loads all the same, and stores what it has loaded.
        if (finding.kind === "hit" && finding.data) this.#loadTracker.hit(cell)
        else this.#loadTracker.missed(cell, finding.readVersion ?? newest)
        if (finding.kind === "hit") {
          this.statistics.hit(finding, finding.answeredAt - cell.startedAt)
          this.#entities.hit(hashOfKey(key))
          resolve(finding.data)
        } else {
          this.statistics.miss(finding.reason)
          this.#entities.missed(hashOfKey(key))
          resolve(null)
        }
        tell?.(finding)
      })
    })
  }

  #getByTags(tags: readonly string[]): Promise<unknown[]> {
    this.statistics.tagLookup()
    return new Promise((resolve) => {
      const timer = this.#runtime.schedule(this.options.lookupTimeoutMs, () => resolve([]))
      void this.#findByTags(tags.map(String)).then((data) => {
        timer.cancel()
        resolve(data)
      })
    })
  }

  async #findByTags(tags: readonly string[]): Promise<unknown[]> {
    const keys = await this.#index.keysOf(tags)
    const wanted = wantedTags(tags, "any")
    const findings = await Promise.all(
      keys.map((key) => new Promise<Finding>((resolve) => this.#lookups.find(key, wanted, resolve)))
    )
    const dead = keys.filter((_, i) => isDead(findings[i]))
    if (dead.length > 0) void this.#index.sweep(tags, new Set(dead))
    return findings.flatMap((finding) => (finding.kind === "hit" ? [finding.data] : []))
  }

  #draft(input: SetInput, source: SetOrigin): Draft | RefusalReason {
    if (source.kind === "unproven") {
      if (!this.log.newest) void this.log.connect()
      return "unproven"
    }
    const { readVersion } = source
    const costMicros = this.#costOf(source)
    const draft = draftOf(input, {
      readVersion,
      costMicros,
      isFresh: source.kind !== "load",
      nowMs: this.#runtime.now(),
      options: this.options,
    })
    if (!draft) return "not_cacheable"
    if (draft.payload.length > this.options.maxValueBytes) return "too_large"
    if (draft.autoInvalidate && draft.tags.length === 0 && isQueryAnswer(input.data)) return "unclearable"
    const proven = this.#withReadVersion(draft, source)
    if (typeof proven === "string") return proven
    const loadedAt = source.kind === "load" ? source.startedAt : this.#runtime.elapsed()
    // Its source may have answered without the change that was cleared.
    return this.log.mayLag(loadedAt, proven.hashes, proven.autoInvalidate)
      ? this.#shortened(proven, this.options.log.readLagMs / 1000)
      : proven
  }

  /** As new as what is known of its source allows, or why it must not be stored. */
  #withReadVersion(draft: Draft, source: Provable): Draft | RefusalReason {
    const isCleared = (since: LogVersion, own?: readonly OwnClear[]): boolean =>
      this.log.voids(since, draft.hashes, draft.autoInvalidate, own)
    const cleared = isCleared(source.readVersion)
    if (cleared && source.kind === "load") {
      // When only its own flow has cleared it since, it is as new as the log.
      const newest = isCleared(source.readVersion, source.clears) ? undefined : this.log.known
      return newest ? { ...draft, readVersion: newest } : "stale"
    }
    if (cleared) return "stale"
    if (source.kind !== "unknown") return draft
    const { since } = source
    // With the older read version: of what this process has not heard yet, a clear may be among it.
    return since && !isCleared(since) ? { ...draft, readVersion: since } : this.#keptBriefly(draft)
  }

  /** It may be from before a clear. That cannot be known, so it is not kept for longer than people can wait. */
  #keptBriefly(draft: Draft): Draft {
    this.statistics.keptBriefly()
    this.#logger.warn(
      `kept_briefly ${patternOf(draft.key)}`,
      `Kept for ${UNKNOWN_LOAD_TTL_SECONDS} seconds only: what is stored as ${patternOf(draft.key)} may have been loaded before ` +
        "it was cleared, since the lookup that it belongs to is not known. Call get and set of the Caching Module in the " +
        "same async function, with nothing awaited before get, or clear the key before set."
    )
    return this.#shortened(draft, UNKNOWN_LOAD_TTL_SECONDS)
  }

  #shortened(draft: Draft, seconds: number): Draft {
    const now = this.#runtime.now()
    const { atMs } = draft.expiration
    const expiration = atMs !== 0 && atMs <= now + seconds * 1000 ? undefined : expirationOf(seconds, now, 0)
    return expiration ? { ...draft, expiration } : draft
  }

  #costOf(source: SetOrigin): number {
    if (source.kind !== "load" || !source.isFirst) return 0
    return Math.max(0, Math.round((this.#runtime.elapsed() - source.startedAt) * 1000))
  }

  #refuse(reason: RefusalReason, key: string, bytes?: number): SetOutcome {
    this.statistics.refused(reason)
    if (reason === "too_large") {
      const [what, todo] =
        bytes === undefined
          ? [`a value of more than ${this.options.maxValueBytes} bytes of JSON is over the option maxValueBytes`, "it"]
          : [`an entry of ${bytes} bytes is over Memcached's item limit`, "the limit with memcached -I"]
      this.#logger.warn(
        `too_large ${patternOf(key)}`,
        `Not cached: ${what} (key ${patternOf(key)}). Raise ${todo}, or ask for fewer fields or a smaller page.`
      )
    }
    return { stored: false, reason }
  }
}

const MAX_PATTERN_CHARS = 60

/** Keys with the changing part taken out, so that one warning speaks for all of a kind; and no line break in a log. */
const patternOf = (key: string): string =>
  /^[0-9a-f]{16}$/.test(key)
    ? "<query>"
    : printable(key.slice(0, MAX_PATTERN_CHARS), MAX_PATTERN_CHARS).replace(/\d+/g, "#")

const wantedTags = (tags: readonly string[], match: WantedTags["match"]): WantedTags => ({
  hashes: new Set(tags.map(hashOfTag)),
  match,
})

const isDead = (finding: { kind: string; reason?: string } | undefined): boolean =>
  finding?.kind === "miss" && finding.reason !== "unreachable"
