import type { KeySpace } from "../keys"
import type { PlacedOutcome } from "./clear-batch"
import type { MemcachedServer } from "../memcached/server"
import { jittered, type Runtime, type Timer } from "../support/runtime"
import { CatchUp, type CatchUpLimits } from "./catch-up"
import { type CommitLimits, CommitQueue, isPlaced, type Peers, type Placement } from "./commit-queue"
import type { Head, Member } from "./head"
import { type Births, HeadReader } from "./head-reader"
import { KnownVersions } from "./known-versions"
import { LogReading, type ReadLog } from "./log-reading"
import { type Carried, type LogVersion, type OwnClear, TagVersions } from "./tag-versions"

export interface ServerLogLimits extends CatchUpLimits, CommitLimits {
  /** The time within which every read of the log is answered, in milliseconds. */
  readonly readTimeoutMs: number
  /** The number of tags and keys whose last clear is remembered. */
  readonly maxTags: number
  /** An outage of more than this is a long one, in milliseconds. */
  readonly clearTimeoutMs: number
  /**
   * How long nothing is served from a server after a long outage, in milliseconds, so that others can deliver their
   * clears.
   */
  readonly recoveryGraceMs: number
  /** How far the source of the data may lag behind the changes that are cleared, in milliseconds. 0 means not at all. */
  readonly readLagMs: number
}

/** What a log needs of the others. */
export interface Surroundings extends Births, Peers {
  /** Whether nothing may be served from this server because of what another log says. */
  readonly isBlocked: boolean
}

/** The invalidation log of one server. It says what is valid on that server, and nothing about any other. */
export class ServerLog implements ReadLog {
  readonly server: MemcachedServer
  readonly tagVersions: TagVersions
  readonly heads: HeadReader
  readonly commits: CommitQueue
  readonly #runtime: Runtime
  readonly #limits: ServerLogLimits
  readonly #around: Surroundings
  readonly #catchUp: CatchUp
  readonly #known: KnownVersions
  #outageSince: number | undefined
  #lastReadAt = -Infinity
  #following: Timer | undefined
  #closed = false
  #distrustUntil = 0

  constructor(
    server: MemcachedServer,
    keys: KeySpace,
    runtime: Runtime,
    limits: ServerLogLimits,
    surroundings: (log: ServerLog) => Surroundings
  ) {
    this.server = server
    this.#runtime = runtime
    this.#limits = limits
    this.#around = surroundings(this)
    this.tagVersions = new TagVersions(limits.maxTags)
    this.heads = new HeadReader(server, keys, runtime, this.#around)
    this.#catchUp = new CatchUp(server, keys, this.tagVersions, limits)
    this.#known = new KnownVersions(limits.readLagMs)
    this.commits = new CommitQueue(server, keys, runtime, this.heads, this.tagVersions, limits, this.#around)
    server.onStateChange((state) => this.#watchOutage(state === "ready"))
  }

  /** `host:port`. */
  get name(): string {
    return this.server.id
  }

  /** Whether the server is known to be away, so that asking it is pointless. */
  get isDown(): boolean {
    return this.server.state === "down" || this.server.state === "closed"
  }

  /** How long the server has been away, in milliseconds. 0 while it is there. */
  get awayMs(): number {
    return this.#outageSince === undefined ? 0 : this.#runtime.elapsed() - this.#outageSince
  }

  /**
   * The last read version that was read. Data that is loaded later is at least as new. Undefined until the head has been
   * read.
   */
  get newest(): LogVersion | undefined {
    return this.heads.newest
  }

  /** The version that the tag versions have reached. Undefined until the head has been read. */
  get known(): LogVersion | undefined {
    return this.tagVersions.known
  }

  /** The version that data may count on which is as new as all that this process knows. */
  get settled(): LogVersion | undefined {
    const { known, newest } = this
    return known && newest?.epoch === known.epoch && newest.version < known.version ? newest : known
  }

  /** Whether nothing may be served, even if it looks valid: a clear is pending, of this process or perhaps of another. */
  get isDistrusted(): boolean {
    return this.commits.hasPending || this.#around.isBlocked || this.isRecovering
  }

  get distrustedSince(): number | undefined {
    const recoveringSince = this.isRecovering ? this.#distrustUntil - this.#limits.recoveryGraceMs : undefined
    return this.commits.pendingSince ?? recoveringSince
  }

  /**
   * Reads the head with a request that is sent after this call, and brings the tag versions up to it. The listener is
   * called once, within the time-out. It gets undefined when the server cannot be reached in time, or has no log.
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
    this.heads.read((found) => {
      if (!found || found === "unborn") return answer()
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
   * Starts reading the head at this interval while nothing else does, in milliseconds. An idle process then keeps up
   * with little to fetch, and its write-throughs get a recent read version. Further calls have no effect.
   */
  follow(intervalMs: number): void {
    if (this.#following || this.#closed) return
    const delayMs = jittered(intervalMs, this.#runtime)
    this.#following = this.#runtime.schedule(delayMs, () => {
      this.#following = undefined
      const idleMs = this.#runtime.elapsed() - this.#lastReadAt
      if (idleMs >= delayMs && !this.isDown) void this.connect()
      this.follow(intervalMs)
    })
  }

  /** Returns whether an entry with this read version would be void from the start. */
  voids(readVersion: LogVersion, carried: Carried, own?: readonly OwnClear[]): boolean {
    return this.tagVersions.voids(readVersion, carried, own)
  }

  /**
   * Returns whether something that the entry carries was cleared so shortly before the load that the source may not
   * have had the change.
   */
  mayLag(loadedAt: number, carried: Carried): boolean {
    const { readLagMs } = this.#limits
    const { epoch } = this.tagVersions
    if (readLagMs === 0 || epoch === undefined) return false
    const version = this.#known.before(loadedAt - readLagMs)
    return this.tagVersions.voids({ epoch, version }, carried)
  }

  /** Writes marks into the head that a record is in, if it is there. */
  async mark(placement: Placement, change: (members: readonly Member[]) => readonly Member[]): Promise<PlacedOutcome> {
    const head = await this.heads.change((found) => {
      const members = isPlaced(found, placement) ? change(found.members) : found.members
      return members === found.members ? undefined : { members }
    })
    if (head === undefined) return "unreachable"
    return head !== "missing" && isPlaced(head, placement) ? "done" : "begun anew"
  }

  /** Delivers what waits, as far as time allows. */
  end(): Promise<void> {
    this.#closed = true
    this.#following?.cancel()
    return this.commits.end()
  }

  /**
   * Returns a reading of the head. If nothing could be trusted when the head was requested, the reading stays
   * distrusted: clears that were delivered in the meantime may not be in it.
   */
  protected readingOf(head: Head, wasDistrusted: boolean): LogReading {
    return new LogReading(head, this, wasDistrusted)
  }

  /** Whether an outage was so long that other processes may have clears to deliver. */
  protected get isRecovering(): boolean {
    return this.#distrustUntil > 0 && this.#distrustUntil > this.#runtime.elapsed()
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
