import type { MemcachedServer } from "../memcached/server"
import type { Hash } from "../hash"
import type { KeySpace } from "../keys"
import type { Runtime, Timer } from "../runtime"
import { CatchUp, type CatchUpLimits } from "./catch-up"
import type { ClearOutcome } from "./clear-batch"
import type { ClearTargets } from "./record"
import { CommitQueue, type CommitLimits, type CommitObserver } from "./commit-queue"
import type { FlowClear } from "./flow-clear"
import type { Head } from "./head"
import { HeadReader } from "./head-reader"
import { KnownVersions } from "./known-versions"
import { LogReading } from "./log-reading"
import { type Carried, type OwnClear, type LogVersion, TagVersions } from "./tag-versions"

export interface LogLimits extends CatchUpLimits, CommitLimits {
  /** The time within which every read of the log is answered, in milliseconds. */
  readonly readTimeoutMs: number
  /** The number of tags and keys whose last clear is remembered. */
  readonly maxTags: number
  /** How often an idle process reads the head, in milliseconds. 0 means never. */
  readonly followIntervalMs: number
  /**
   * How long this process serves nothing after a long outage, in milliseconds, so that others can deliver their clears.
   */
  readonly recoveryGraceMs: number
  /**
   * How far the source of the data may lag behind the changes that are cleared, in milliseconds. 0 means not at all.
   */
  readonly readLagMs: number
}

/** What a process knows of the log, for display. */
export interface LogStatus {
  /** Undefined until the head has been read. */
  readonly known: LogVersion | undefined
  readonly version: number
  readonly horizon: number
  /** The number of tags and keys whose last clear is known, at most `maxTags`. */
  readonly tagCount: number
  /** The number of clears of this process that were answered "pending" and have not been delivered. */
  readonly pendingCalls: number
  /** Since when nothing is served because a clear is or may be pending, by `Runtime.elapsed()`. */
  readonly distrustedSince: number | undefined
}

/**
 * # The invalidation log
 *
 * Clears are appended to a log. Entries carry a version of it, their read version. A lookup compares the two. Memcached
 * holds nothing per tag, so a lookup costs the same for one tag or a thousand, and a clear the same for one entry or a
 * million.
 *
 *     head      epoch, version n, the newest records          one item, changed by compare-and-swap only
 *     records   n-8, n-9, …                                      items that expire after the retention
 *     entries   payload, hashes of key and tags, read version
 *
 *     lookup    Read entry and head in one round trip, and bring the tag versions up to the head. The entry is valid
 *               when its epoch is the head's, its read version is not below the horizon, and nothing that it carries
 *               was cleared after it. After a miss, remember the version that was just read.
 *     set       Use the version remembered at the miss, never a newer one. A clear that happened while the data was
 *               being computed has a higher version, so the entry is void whenever it arrives.
 *     clear     Swap the head for one with version n+1 and the new record. The clear resolves after the swap.
 *
 * Why no fault can make it serve stale data:
 *
 * - An evicted or restarted head is created anew with another epoch, which voids every entry from before.
 * - A record that is gone, or too far back to fetch, raises the horizon: whatever it might have cleared is void.
 * - A late, lost or repeated command changes nothing. Heads are swapped by token, records are named by their content,
 *   and an entry always carries its read version.
 * - No clock decides what is valid. Time only decides when something expires.
 * - The head is never looked for on another server. While its server is away, every lookup is a miss.
 */
export class InvalidationLog {
  readonly #server: MemcachedServer
  readonly #runtime: Runtime
  readonly #limits: LogLimits
  readonly #tagVersions: TagVersions
  readonly #heads: HeadReader
  readonly #catchUp: CatchUp
  readonly #commits: CommitQueue
  readonly #known: KnownVersions
  #outageSince: number | undefined
  #lastReadAt = -Infinity
  #following: Timer | undefined
  #closed = false
  #distrustUntil = 0

  constructor(server: MemcachedServer, keys: KeySpace, runtime: Runtime, limits: LogLimits) {
    this.#server = server
    this.#runtime = runtime
    this.#limits = limits
    this.#tagVersions = new TagVersions(limits.maxTags)
    this.#heads = new HeadReader(server, keys, runtime, this.#tagVersions)
    this.#catchUp = new CatchUp(server, keys, this.#tagVersions, limits)
    this.#known = new KnownVersions(limits.readLagMs)
    this.#commits = new CommitQueue(server, keys, runtime, this.#heads, this.#tagVersions, limits)
    server.onStateChange((state) => this.#watchOutage(state === "ready"))
  }

  /** Whether the log's server is known to be away, so that asking it is pointless. */
  get unreachable(): boolean {
    return this.#server.state === "down" || this.#server.state === "closed"
  }

  /** Whether a clear of this process was answered "pending" and has not been delivered. */
  get hasPending(): boolean {
    return this.#commits.hasPending
  }

  /**
   * The last version that was read. Data that is loaded later is at least as new. Undefined until the head has been
   * read.
   */
  get newest(): LogVersion | undefined {
    return this.#heads.newest
  }

  /** The version that the tag versions have reached. Undefined until the head has been read. */
  get known(): LogVersion | undefined {
    const { epoch, version } = this.#tagVersions
    return epoch === undefined ? undefined : { epoch, version }
  }

  /** Reports every append to this observer from now on. */
  observe(observer: CommitObserver): void {
    this.#commits.observer = observer
  }

  /** Returns what is displayed about the log. */
  status(): LogStatus {
    const { version, horizon, size } = this.#tagVersions
    const { pendingCalls } = this.#commits
    return { known: this.known, version, horizon, tagCount: size, pendingCalls, distrustedSince: this.#distrustedSince }
  }

  /**
   * Reads the head with a request that is sent after this call, and brings the tag versions up to it. The listener is
   * called once, within the time-out. It gets undefined when the log's server cannot be reached in time.
   */
  read(listener: (reading: LogReading | undefined) => void): void {
    const wasDistrusted = this.isDistrusted
    const startedAt = this.#runtime.elapsed()
    this.#lastReadAt = startedAt
    let isAnswered = false
    let timer: Timer | undefined
    const answer = (head?: Head): void => {
      if (isAnswered) return
      isAnswered = true
      timer?.cancel()
      listener(head && this.readingOf(head, wasDistrusted))
    }
    // The server answers a single request in time, so only a read that takes several needs a timer.
    const wait = (): void => {
      const leftMs = startedAt + this.#limits.readTimeoutMs - this.#runtime.elapsed()
      timer ??= this.#runtime.schedule(Math.max(0, leftMs), () => answer())
    }
    this.#heads.read((found) => {
      if (!found) return answer()
      const advanced = this.#catchUp.advance(found.head)
      if (advanced === true) return this.#caughtUp(found.head, answer)
      wait()
      void advanced.then((covered) => (covered ? this.#caughtUp(found.head, answer) : answer()))
    }, wait)
  }

  /** Reads the head once, so that sets have a version to use. */
  connect(): Promise<void> {
    return new Promise((resolve) => this.read(() => resolve()))
  }

  /**
   * Starts reading the head periodically while nothing else does. An idle process then keeps up with little to fetch,
   * and its write-throughs get a recent read version. Further calls have no effect.
   */
  follow(): void {
    const { followIntervalMs } = this.#limits
    if (this.#following || this.#closed || followIntervalMs === 0) return
    this.#following = this.#runtime.schedule(followIntervalMs, () => {
      this.#following = undefined
      const idleMs = this.#runtime.elapsed() - this.#lastReadAt
      if (idleMs >= followIntervalMs && !this.unreachable) void this.connect()
      this.follow()
    })
  }

  /** Returns the version of the last known clear of a tag or key. */
  lastClearOf(hash: Hash): number | undefined {
    return this.#tagVersions.lastClearOf(hash)
  }

  /** Returns whether an entry with this read version would be void from the start. */
  voids(readVersion: LogVersion, carried: Carried, own?: readonly OwnClear[]): boolean {
    return this.#tagVersions.voids(readVersion, carried, own)
  }

  /**
   * Returns whether something that the entry carries was cleared so shortly before the load that the source may not
   * have had the change.
   */
  mayLag(loadedAt: number, carried: Carried): boolean {
    const { readLagMs } = this.#limits
    const { epoch } = this.#tagVersions
    if (readLagMs === 0 || epoch === undefined) return false
    const version = this.#known.before(loadedAt - readLagMs)
    return this.#tagVersions.voids({ epoch, version }, carried)
  }

  /** Appends a clear. Resolves when it is in the log, or with "pending". Never rejects. */
  append(targets: ClearTargets, flowClear?: FlowClear): Promise<ClearOutcome> {
    return this.#commits.enqueue(targets, flowClear)
  }

  close(): Promise<void> {
    this.#closed = true
    this.#following?.cancel()
    return this.#commits.close()
  }

  /**
   * Returns a reading of the head. If nothing could be trusted when the head was requested, the reading stays
   * distrusted: clears that were delivered in the meantime may not be in it.
   */
  protected readingOf(head: Head, wasDistrusted: boolean): LogReading {
    return new LogReading(head, this.#tagVersions, () => wasDistrusted || this.isDistrusted)
  }

  /**
   * Whether nothing may be served, even if it looks valid: a clear is pending, of this process or perhaps of another.
   */
  protected get isDistrusted(): boolean {
    return this.#commits.hasPending || this.isRecovering
  }

  /** Whether an outage was so long that other processes may have clears to deliver. */
  protected get isRecovering(): boolean {
    return this.#distrustUntil > 0 && this.#distrustUntil > this.#runtime.elapsed()
  }

  get #distrustedSince(): number | undefined {
    if (this.#commits.hasPending) return this.#commits.pendingSince
    return this.isRecovering ? this.#distrustUntil - this.#limits.recoveryGraceMs : undefined
  }

  #caughtUp(head: Head, answer: (head: Head) => void): void {
    if (this.#limits.readLagMs > 0) this.#known.note(head, this.#runtime.elapsed())
    answer(head)
  }

  /**
   * Distrusts everything for a while after a long outage. Other processes may have answered clears as pending, and need
   * a moment to deliver them once the server is back with its old items.
   */
  #watchOutage(ready: boolean): void {
    const now = this.#runtime.elapsed()
    if (!ready) {
      this.#outageSince ??= now
      return
    }
    const lastedMs = this.#outageSince === undefined ? 0 : now - this.#outageSince
    this.#outageSince = undefined
    if (lastedMs > this.#limits.clearTimeoutMs) this.#distrustUntil = now + this.#limits.recoveryGraceMs
  }
}
