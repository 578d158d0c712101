import { ask } from "./support/ask"
import { type ClearAuthor, type ClearInput, targetsOf } from "./clear-input"
import type { SetInput } from "./draft"
import { hashOfKey, hashOfTag } from "./support/hash"
import { currentRecording, LoadTracker, outerRecordings } from "./loads/load-tracker"
import type { ClearOutcome } from "./log/clear-batch"
import { FlowClear } from "./log/flow-clear"
import type { ForgetOutcome } from "./log/forgotten-servers"
import type { LogStatus } from "./log/invalidation-log"
import { Lookups } from "./lookup"
import type { MemcachedServer, Servers } from "./memcached"
import { IdentityWatch } from "./memcached/identity-watch"
import { type CacheObserver, NO_OBSERVER } from "./observer"
import type { CacheParts } from "./parts"
import type { LookupOutcome, SetOutcome } from "./results"
import { type AnswerCalls, Answers } from "./answers"
import { Sets } from "./sets"
import { TagLookups } from "./tag-index/tag-lookups"
import { impliedBy } from "./tag-types"
import { within } from "./support/time-limit"

export interface GetInput {
  readonly key?: string
  /**
   * With a key: the tags that the entry must carry. After a deployment that changes a query's tags, entries with the
   * old tags are not found.
   */
  readonly tags?: readonly string[]
}

const NOTHING: ClearOutcome = { status: "nothing" }

/**
 * Lookups, sets and clears. A lookup costs one round trip, a clear a constant number. No call rejects, whatever
 * Memcached does. `log/invalidation-log.ts` explains why nothing stale is served.
 */
export class CacheEngine {
  protected readonly parts: CacheParts
  readonly #observer: CacheObserver
  readonly #loadTracker: LoadTracker
  readonly #lookups: Lookups
  readonly #tagLookups: TagLookups
  readonly #sets: Sets
  readonly #identities: IdentityWatch
  /** Whole answers to clients. Whoever reports their lookups and sets puts himself in front of them. */
  answers: AnswerCalls
  #closing: Promise<void> | undefined

  constructor(parts: CacheParts, observer: CacheObserver = NO_OBSERVER) {
    this.parts = parts
    this.#observer = observer
    this.#loadTracker = new LoadTracker(parts.runtime, parts.options.loads)
    this.#lookups = new Lookups(parts, observer)
    this.#tagLookups = new TagLookups(parts, observer)
    this.#sets = new Sets(parts, this.#loadTracker, observer)
    this.answers = new Answers(parts, {
      observer,
      loadTracker: this.#loadTracker,
      lookups: this.#lookups,
      sets: this.#sets,
    })
    this.#identities = new IdentityWatch(parts, (server, twins) => this.#voidEverything(server, twins))
    parts.log.observe(observer)
  }

  /** Whether a clear of this process was answered "pending" and has not been delivered. Until then it serves nothing. */
  get hasPending(): boolean {
    return this.parts.log.hasPending
  }

  /** Returns what this process knows of the log now. */
  logStatus(): LogStatus {
    return this.parts.log.status()
  }

  /**
   * Looks up data, a fresh object each time. With a key: the data, or null. With tags: the data of entries with one of
   * them, as far as the index knows them and there is time, or `[]`. Never rejects. `tell` receives the outcome of a lookup by key, before the lookup resolves.
   */
  get({ key, tags }: GetInput, tell?: (outcome: LookupOutcome) => void): Promise<unknown> {
    // Not an async function: the synchronous part of this call is where the load tracker recognises the load that may
    // follow.
    if (key) return this.#getByKey(key, tags, tell)
    if (tags && tags.length > 0) return this.#getByTags(tags)
    return Promise.resolve(null)
  }

  /**
   * Stores data until it expires or is cleared. Refuses data that was loaded before a clear, has no JSON form or
   * exceeds the server's item limit, and a query's answer that no clear would find. Never rejects.
   */
  set(input: SetInput): Promise<SetOutcome> {
    this.parts.log.follow()
    return this.#sets.set(input)
  }

  /**
   * Clears entries. Resolves when no later lookup, in any process, can see what was cleared, or with "pending". Never
   * rejects. The author is for the clear history. By default it is an event when only automatic clears are made,
   * otherwise the shop's code.
   */
  clear(input: ClearInput, author?: ClearAuthor): Promise<ClearOutcome> {
    const targets = targetsOf(input)
    if (!targets) return Promise.resolve(NOTHING)
    const { everything, automatic, keys, tags } = targets
    // The record voids the entry. This only frees its memory.
    for (const key of keys) this.#sets.remove(key)
    const tagHashes = tags.map(hashOfTag)
    const keyHashes = keys.map(hashOfKey)
    const implied = impliedBy(tags)
    const voided = implied.length === 0 ? tagHashes : [...tagHashes, ...implied.map(hashOfTag)]
    const hashes = {
      everything,
      explicit: automatic ? keyHashes : [...keyHashes, ...voided],
      automatic: automatic ? voided : [],
    }
    // An event says that data has changed, not that its flow has newer data.
    const flowClear = automatic ? undefined : new FlowClear(hashes)
    if (flowClear) this.#loadTracker.clears(flowClear)
    const outcome = this.parts.log.append(hashes, flowClear)
    this.#observer.clearing({ targets, tagHashes, author }, outcome)
    return outcome
  }

  /**
   * Makes all servers forget one that is gone for good, by its `host:port`, so that no clear waits for it. A server of this
   * process's own list is "configured" and stays. Never rejects.
   */
  forgetServer(id: string): Promise<ForgetOutcome> {
    return this.parts.log.forgotten.forget(id)
  }

  /** As `forgetServer`, unless another process still uses the server: then it is "used" and stays. Takes some seconds. */
  forgetUnusedServer(id: string): Promise<ForgetOutcome | "used"> {
    return this.parts.log.forgotten.forgetUnused(id)
  }

  /**
   * Uses these servers from now on. Entries of others are misses. Those that are not listed any more are told of clears
   * until the others have forgotten them, and are then closed.
   */
  replaceServers(servers: Servers): void {
    this.parts.cluster.replace(servers)
    this.parts.log.serversChanged()
    this.parts.index.serversChanged()
  }

  /**
   * Reads the log's head and checks the identity of each server. Without this call the cache works, but refuses the
   * first set if no lookup preceded it. Never rejects, and takes no longer than a lookup.
   */
  connect(): Promise<void> {
    const { cluster, log, runtime, options } = this.parts
    const looks = cluster.servers.map((server) => this.#identities.look(server))
    const connected = Promise.all([log.connect(), ...looks]).then(() => undefined)
    return within(runtime, options.lookupTimeoutMs, connected, undefined)
  }

  isClosed(): boolean {
    return this.#closing !== undefined
  }

  /** Delivers waiting clears as far as time allows, and closes the sockets. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { cluster, log, index } = this.parts
    await Promise.all([this.#identities.close(), log.close(), index.close()])
    await this.#observer.close()
    await cluster.close()
  }

  #getByKey(
    key: string,
    tags: readonly string[] = [],
    tell: ((outcome: LookupOutcome) => void) | undefined
  ): Promise<unknown> {
    this.parts.log.follow()
    const load = this.#loadTracker.begin(key, this.#lookups.startsAt)
    return new Promise((resolve) => {
      const wanted = tags.length > 0 ? new Set(tags.map(hashOfTag)) : undefined
      const outer = outerRecordings(load)
      this.#lookups.find({ key, tags: wanted, flow: load.flow, outer }, (finding) => {
        // Core's useCache treats a falsy value as a miss: it loads the data and stores it.
        if (finding.kind === "hit" && finding.data) this.#loadTracker.hit(load)
        else this.#loadTracker.missed(load, finding.readVersion)
        if (finding.kind === "hit") {
          this.#observer.hit(key, finding, finding.answeredAt - load.startedAt, load.flow?.request)
          resolve(finding.data)
        } else {
          load.flow?.recording?.didNotFind(key)
          this.#observer.missed(key, finding.reason)
          resolve(null)
        }
        tell?.(finding)
      })
    })
  }

  #getByTags(tags: readonly string[]): Promise<unknown[]> {
    this.#observer.lookedUpByTags()
    currentRecording()?.missed("a lookup by tags")
    return this.#tagLookups.find(tags.map(String))
  }

  /** Voids everything that is stored on a server, which may be stale, by deleting its head. */
  #voidEverything(server: MemcachedServer, twins: readonly MemcachedServer[]): Promise<unknown> {
    const { keys } = this.parts
    return Promise.all([server, ...twins].map((each) => ask(each, { op: "delete", key: keys.head() })))
  }
}
