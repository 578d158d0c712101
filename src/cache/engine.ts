import { ask } from "./ask"
import { type ClearAuthor, type ClearInput, targetsOf } from "./clear-input"
import type { SetInput } from "./draft"
import { hashOfKey, hashOfTag } from "./hash"
import { LoadTracker } from "./load-tracker"
import type { ClearOutcome } from "./log/clear-batch"
import { FlowClear } from "./log/flow-clear"
import type { LogStatus } from "./log/invalidation-log"
import { type Finding, Lookups, type WantedTags } from "./lookup"
import type { MemcachedServer } from "./memcached"
import { IdentityWatch } from "./memcached/identity-watch"
import { type CacheObserver, NO_OBSERVER } from "./observer"
import type { CacheParts } from "./parts"
import type { LookupOutcome, SetOutcome } from "./results"
import { Sets } from "./sets"
import { within } from "./time-limit"

export interface GetInput {
  readonly key?: string
  /** With a key: what the entry has to carry. A deployment that gives a query another tag does not find what has none. */
  readonly tags?: readonly string[]
}

const NOTHING: ClearOutcome = { status: "nothing" }

/**
 * Lookups, sets and clears: a lookup costs one round trip, a clear a constant number, and whatever Memcached does, no call
 * rejects. `log/invalidation-log.ts` says why nothing stale is served.
 */
export class CacheEngine {
  protected readonly parts: CacheParts
  readonly #observer: CacheObserver
  readonly #loadTracker: LoadTracker
  readonly #lookups: Lookups
  readonly #sets: Sets
  readonly #identities: IdentityWatch
  #closing: Promise<void> | undefined

  constructor(parts: CacheParts, observer: CacheObserver = NO_OBSERVER) {
    this.parts = parts
    this.#observer = observer
    this.#loadTracker = new LoadTracker(parts.runtime, parts.options.loads)
    this.#lookups = new Lookups(parts, observer)
    this.#sets = new Sets(parts, this.#loadTracker, observer)
    this.#identities = new IdentityWatch(parts, (server, twins) => this.#voidEverything(server, twins))
    parts.log.observe(observer)
  }

  /** What this process knows of the log. */
  get log(): LogStatus {
    return this.parts.log.status()
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
    this.parts.log.follow()
    return this.#sets.set(input)
  }

  /**
   * Resolves when no later lookup, in any process, can see what was cleared, or with "pending". Never rejects. The author
   * is for the clear history: by default an event when only what is invalidated automatically is cleared, else a shop's code.
   */
  clear(input: ClearInput, author?: ClearAuthor): Promise<ClearOutcome> {
    const targets = targetsOf(input)
    if (!targets) return Promise.resolve(NOTHING)
    const { everything, automatic, keys, tags } = targets
    // The record voids it; this only frees the memory.
    for (const key of keys) this.#sets.remove(key)
    const tagHashes = tags.map(hashOfTag)
    const keyHashes = keys.map(hashOfKey)
    const hashes = {
      everything,
      explicit: automatic ? keyHashes : [...keyHashes, ...tagHashes],
      automatic: automatic ? tagHashes : [],
    }
    // What an event clears tells that data has changed, and not that its flow has newer data.
    const flowClear = automatic ? undefined : new FlowClear(hashes)
    if (flowClear) this.#loadTracker.clears(flowClear)
    const outcome = this.parts.log.append(hashes, flowClear)
    this.#observer.clearing(targets, author, outcome)
    return outcome
  }

  /**
   * Reads the log's head, and looks at who answers. Without it the cache works, but the first thing that is stored without
   * a lookup before it is refused. Never rejects, and takes no longer than a lookup.
   */
  connect(): Promise<void> {
    const { cluster, log, runtime, options } = this.parts
    const looks = cluster.servers.map((server) => this.#identities.look(server))
    const connected = Promise.all([log.connect(), ...looks]).then(() => undefined)
    return within(runtime, options.lookupTimeoutMs, connected, undefined)
  }

  /** Delivers waiting clears as far as that is possible in time, and closes the sockets. */
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
      this.#lookups.find(key, tags.length > 0 ? wantedTags(tags, "all") : undefined, (finding) => {
        // What is falsy is no hit for core's useCache: it loads all the same, and stores what it has loaded.
        if (finding.kind === "hit" && finding.data) this.#loadTracker.hit(load)
        else this.#loadTracker.missed(load, finding.readVersion)
        if (finding.kind === "hit") {
          this.#observer.hit(key, finding, finding.answeredAt - load.startedAt)
          resolve(finding.data)
        } else {
          this.#observer.missed(key, finding.reason)
          resolve(null)
        }
        tell?.(finding)
      })
    })
  }

  #getByTags(tags: readonly string[]): Promise<unknown[]> {
    this.#observer.lookedUpByTags()
    const { runtime, options } = this.parts
    return within(runtime, options.lookupTimeoutMs, this.#findByTags(tags.map(String)), [])
  }

  async #findByTags(tags: readonly string[]): Promise<unknown[]> {
    const { index } = this.parts
    const keys = await index.keysOf(tags)
    const wanted = wantedTags(tags, "any")
    const findings = await Promise.all(
      keys.map((key) => new Promise<Finding>((resolve) => this.#lookups.find(key, wanted, resolve)))
    )
    const dead = keys.filter((_, i) => isDead(findings[i]))
    if (dead.length > 0) void index.sweep(tags, new Set(dead))
    return findings.flatMap((finding) => (finding.kind === "hit" ? [finding.data] : []))
  }

  /** What was stored so far may be stale: without its head a log voids all of it. */
  #voidEverything(server: MemcachedServer, twins: readonly MemcachedServer[]): Promise<unknown> {
    const { cluster, keys } = this.parts
    const heads = [cluster.first, ...(server === cluster.first ? twins : [])]
    return Promise.all(heads.map((each) => ask(each, { op: "delete", key: keys.head() })))
  }
}

const wantedTags = (tags: readonly string[], match: WantedTags["match"]): WantedTags => ({
  hashes: new Set(tags.map(hashOfTag)),
  match,
})

const isDead = (finding: Finding | undefined): boolean => finding?.kind === "miss" && finding.reason !== "unreachable"
