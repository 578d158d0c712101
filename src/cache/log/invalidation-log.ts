import type { Hash } from "../support/hash"
import type { KeySpace } from "../keys"
import type { Cluster } from "../memcached/cluster"
import type { MemcachedServer } from "../memcached/server"
import { jittered, type Runtime, type Timer } from "../support/runtime"
import { AbandonedClears } from "./abandoned-clears"
import { within } from "../support/time-limit"
import type { ClearOutcome } from "./clear-batch"
import { type ClearLimits, ClearQueue, type CommitObserver } from "./clear-queue"
import type { FlowClear } from "./flow-clear"
import { ForgottenServers } from "./forgotten-servers"
import type { LogReading } from "./log-reading"
import { isAway, Membership, POLL_INTERVAL_MS } from "./membership"
import type { ClearTargets } from "./record"
import { ServerLog, type ServerLogLimits, type Surroundings } from "./server-log"
import type { Carried, LogVersion } from "./tag-versions"

export interface LogLimits extends ServerLogLimits, ClearLimits {
  /** How often an idle process reads the head, in milliseconds. 0 means never, with one server. */
  readonly followIntervalMs: number
}

/** What a process knows of the logs, for display. */
export interface LogStatus {
  /** Undefined until the head has been read. Here and below, of the first server. */
  readonly known: LogVersion | undefined
  readonly version: number
  readonly horizon: number
  /** The number of tags and keys whose last clear is known, at most `maxTags`. */
  readonly tagCount: number
  /** The number of clears of this process that were answered "pending" and are kept until they have been delivered. */
  readonly pendingCalls: number
  /** The servers that they have not been delivered to, as `host:port`. */
  readonly pendingServers: readonly string[]
  /** Since when nothing is served from a server because a clear is or may be pending, by `Runtime.elapsed()`. */
  readonly distrustedSince: number | undefined
}

/** By server, in their order. */
export type LogVersions = readonly (LogVersion | undefined)[]

/** The most servers of other processes that are connected to: as many as a cluster has. */
const MAX_FOREIGN = 64

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
 * - The head is never looked for on another server. While its server is away, every lookup there is a miss.
 *
 * Each server has a log of its own, for the entries on that server. A clear is appended to all of them. `ClearQueue`
 * says when it has resolved, and `Membership` what happens when a server misses one, joins or is lost.
 */
export class InvalidationLog {
  readonly #cluster: Cluster
  readonly #keys: KeySpace
  readonly #runtime: Runtime
  readonly #limits: LogLimits
  readonly #logs = new Map<string, ServerLog>()
  /** The same, made when it changes: a flood of clears asks for it each time. */
  #all: readonly ServerLog[] = []
  #own: readonly ServerLog[] = []
  #ownByServer: ReadonlyMap<MemcachedServer, ServerLog> = new Map()
  #first: ServerLog
  /** Those whose server was connected at least once. */
  readonly #reached = new WeakSet<ServerLog>()
  readonly #membership: Membership
  readonly #clears: ClearQueue
  readonly #abandoned: AbandonedClears
  readonly forgotten: ForgottenServers
  #polling: Timer | undefined
  #isPolled = false
  #connecting: Promise<void> | undefined
  #closed = false

  constructor(cluster: Cluster, keys: KeySpace, runtime: Runtime, limits: LogLimits) {
    this.#cluster = cluster
    this.#keys = keys
    this.#runtime = runtime
    this.#limits = limits
    const all = (): readonly ServerLog[] => this.#all
    this.#membership = new Membership({ own: () => this.#own, all, of: (name) => this.#of(name) }, runtime)
    this.#clears = new ClearQueue(
      {
        all,
        listedIn: (head) => this.#membership.listedIn(head),
        mark: (log, placement, missing) => this.#membership.mark(log, placement, missing),
      },
      runtime,
      limits
    )
    this.#abandoned = new AbandonedClears(this.#clears, runtime)
    this.forgotten = new ForgottenServers(
      {
        own: () => this.#own,
        foreign: () => this.#foreign,
        dropUnlisted: () => this.#dropUnlisted(),
      },
      runtime,
      1000 * limits.retentionSeconds
    )
    this.#first = this.#takeOver()
  }

  /** Whether all servers are known to be away, so that asking them is pointless. */
  get unreachable(): boolean {
    return this.#own.every(({ isDown }) => isDown)
  }

  /** Whether a clear was answered "pending" and has not been delivered everywhere, as far as this process knows. */
  get hasPending(): boolean {
    return this.#pendingServers.length > 0
  }

  /** The version of the first server's log that this process has reached. Undefined until its head has been read. */
  get known(): LogVersion | undefined {
    return this.#first.known
  }

  /** The logs of the servers of this cache, in their order. */
  get servers(): readonly ServerLog[] {
    return this.#own
  }

  /** Returns the log of the server that the item with this name is on. */
  of(name: string): ServerLog {
    if (this.#own.length === 1) return this.#first
    return this.#ownByServer.get(this.#cluster.serverOf(name)) ?? this.#first
  }

  /**
   * Uses the servers that the cluster has now. A load that is under way stays bound to the log that it began with: what it
   * stores on another server is void. A clear that is under way goes to the new servers as well.
   */
  serversChanged(): void {
    for (const server of this.#cluster.servers) {
      // One that other processes had already, and that was reached without a password.
      const known = this.#logs.get(server.id)
      if (known && known.server !== server) this.#leave(known)
    }
    this.#first = this.#takeOver()
    // Sent to the new servers first: a clear must not end because its last server is dropped.
    this.#clears.serversAdded()
    // One that was never connected may not exist. Others may be used by other processes, which rely on this one, also if it
    // has never read their heads. They are told of clears until no head lists them.
    for (const log of this.#foreign) if (!this.#reached.has(log)) this.#close(log)
    // Heads that have not changed may not list what is used here from now on.
    this.#membership.judge()
    void this.connect()
  }

  /** Reports every append to this observer from now on. */
  observe(observer: CommitObserver): void {
    this.#clears.observer = observer
  }

  /** Returns what is displayed about the logs. */
  status(): LogStatus {
    const { known, tagVersions } = this.#first
    const { version, horizon, size } = tagVersions
    const logs = this.#all
    const pendingCalls = Math.max(...logs.map(({ commits }) => commits.pendingCalls))
    const since = logs.flatMap((log) => {
      // Nothing of this process is on the servers of others.
      const blockedSince = this.#ownByServer.has(log.server) ? this.#membership.blockedSince(log) : undefined
      return this.#clears.heldSince(log) ?? log.distrustedSince ?? blockedSince ?? []
    })
    const distrustedSince = since.length > 0 ? Math.min(...since) : undefined
    const pendingServers = this.#pendingServers
    return { known, version, horizon, tagCount: size, pendingCalls, pendingServers, distrustedSince }
  }

  /** Reads all heads, so that sets have a version to use and marks are known. */
  connect(): Promise<void> {
    if (this.#connecting) return this.#connecting
    // Marks that are found have to be seen to, also by a process that does nothing else.
    if (this.#logs.size > 1) this.follow()
    const own = this.#own
    this.#connecting = Promise.all(own.filter(({ isDown }) => !isDown).map((log) => log.connect())).then(() => {
      if (this.#own !== own) return
      this.#isPolled = true
      this.#connecting = undefined
    })
    return this.#connecting
  }

  /**
   * Reads the log of one server as `ServerLog.read` does. Before the first time all heads are read, for their marks. Without
   * them nothing may be served.
   */
  read(log: ServerLog, listener: (reading: LogReading | undefined) => void): void {
    if (this.#isPolled) return log.read(listener)
    // Only then: whoever has cleared everything on this server, because it had missed a clear, removes the marks after that.
    const read = this.connect().then(() => new Promise<LogReading | undefined>((resolve) => log.read(resolve)))
    void within(this.#runtime, this.#limits.readTimeoutMs, read, undefined).then(listener)
  }

  /**
   * Starts reading the heads periodically while nothing else does. An idle process then keeps up with little to fetch,
   * and its write-throughs get a recent read version. Further calls have no effect.
   */
  follow(): void {
    const { followIntervalMs } = this.#limits
    if (this.#closed) return
    const [only, another] = this.#all
    // What another server has left behind has to be seen to, also when that is not used any more.
    if (only && !another && this.#membership.pending.length === 0) {
      if (followIntervalMs > 0) only.follow(followIntervalMs)
      return
    }
    if (this.#polling) return
    for (const log of this.#all) log.follow(POLL_INTERVAL_MS)
    // Processes that put marks back in step would undo what the others do.
    const delayMs = jittered(POLL_INTERVAL_MS, this.#runtime)
    this.#polling = this.#runtime.schedule(delayMs, () => {
      this.#polling = undefined
      this.#dropUnlisted()
      this.forgotten.tend()
      this.#membership.tend()
      this.#abandoned.tend()
      this.follow()
    })
  }

  /** Returns the version of the last known clear of a tag or key, in the log of the first server. */
  lastClearOf(hash: Hash): number | undefined {
    return this.#first.tagVersions.lastClearOf(hash)
  }

  /** Returns where the logs stand, as far as this process knows. Undefined for one that it has not read. */
  versions(): LogVersions {
    return this.#own.map((log) => log.known)
  }

  /** Returns whether something was cleared after that, in any log, as far as this process knows. */
  voidsAny(since: LogVersions, carried: Carried): boolean {
    return this.#own.some((log, i) => {
      const version = since[i]
      return version ? log.voids(version, carried) : log.known !== undefined
    })
  }

  /** Appends a clear. Resolves when it is in the logs of all servers, or with "pending". Never rejects. */
  append(targets: ClearTargets, flowClear?: FlowClear): Promise<ClearOutcome> {
    // What it does not reach has to be told later, also by a process that does nothing else.
    if (this.#logs.size > 1) this.follow()
    return this.#clears.append(targets, flowClear)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#polling?.cancel()
    this.forgotten.close()
    const { clearTimeoutMs, readTimeoutMs } = this.#limits
    const ended = Promise.all(this.#all.map((log) => log.end())).then(() => undefined)
    await within(this.#runtime, clearTimeoutMs + 2 * readTimeoutMs, ended, undefined)
    await Promise.all(this.#foreign.map(({ server }) => server.close()))
  }

  get #pendingServers(): readonly string[] {
    const held = this.#all.filter((log) => this.#clears.heldSince(log) !== undefined)
    return [...new Set([...held.map(({ name }) => name), ...this.#membership.pending])]
  }

  get #foreign(): readonly ServerLog[] {
    return this.#all.filter(({ server }) => !this.#ownByServer.has(server))
  }

  /** Returns the log of a server by its name, and connects to one that only other processes have. */
  #of(name: string): ServerLog | undefined {
    const known = this.#logs.get(name)
    if (known || this.#closed) return known
    // Who may write to Memcached must not make every process connect to everywhere.
    const server = this.#foreign.length < MAX_FOREIGN ? this.#cluster.reach(name) : undefined
    if (!server) return undefined
    const log = this.#open(server)
    this.follow()
    return log
  }

  /** Leaves servers of other processes alone that no head lists any more. */
  #dropUnlisted(): void {
    if (!this.#membership.knowsAll) return
    for (const log of this.#foreign) {
      if (!this.#own.some((own) => this.#membership.lists(own, log))) this.#close(log)
    }
  }

  /** Leaves a server alone. */
  #close(log: ServerLog): void {
    this.#leave(log)
    this.#membership.drop(log)
  }

  /** Leaves the log of a server that gets another one. What is known of the server counts for that, too. */
  #leave(log: ServerLog): void {
    this.#logs.delete(log.name)
    this.#all = [...this.#logs.values()]
    this.#clears.drop(log)
    this.#abandoned.drop(log)
    void log.end()
    void log.server.close()
  }

  /** Finds or opens the log of each server of the cluster. Returns the first one. */
  #takeOver(): ServerLog {
    const own = this.#cluster.servers.map((server) => this.#logs.get(server.id) ?? this.#open(server))
    const [first] = own
    if (!first) throw new RangeError("A cache needs a server")
    this.#own = own
    this.#ownByServer = new Map(own.map((log) => [log.server, log]))
    this.#isPolled = own.length === 1
    this.#connecting = undefined
    return first
  }

  #open(server: MemcachedServer): ServerLog {
    const log = new ServerLog(server, this.#keys, this.#runtime, this.#limits, (self) => this.#around(self))
    this.#logs.set(log.name, log)
    this.#all = [...this.#logs.values()]
    if (server.state === "ready") this.#reached.add(log)
    server.onStateChange((state) => {
      if (state === "ready") {
        this.#reached.add(log)
        this.#membership.tend()
      }
      this.#clears.reconsider()
    })
    return log
  }

  #around(log: ServerLog): Surroundings {
    const membership = this.#membership
    const clears = this.#clears
    const others = (): readonly ServerLog[] => this.#all.filter((other) => other !== log)
    const areAny = (): boolean => this.#logs.size > 1
    const isOwn = (): boolean => this.#ownByServer.has(log.server)
    return {
      get isOwn() {
        return isOwn()
      },
      get areAny() {
        return areAny()
      },
      get isBlocked() {
        return clears.heldSince(log) !== undefined || membership.isBlocked(log)
      },
      giveUpUnreached: ({ members }) => {
        const away = others().filter(isAway)
        for (const { commits } of away) commits.fallBehind()
        return away.map(({ name }) => name).filter((name) => membership.concerns(name, members))
      },
      delivered: (placement) => this.#clears.delivered(log, placement),
      members: () => membership.membersOf(log),
      prepare: (unborn, done) => {
        if (!areAny() && unborn.members.length === 0) return done(true)
        void membership.prepare(log, unborn).then(done, () => done(false))
      },
      noted: (head) => {
        // It may have been on its way when the log was closed.
        if (this.#logs.get(log.name) !== log) return
        const isNew = membership.noted(log, head)
        this.#abandoned.noted(log, head)
        // A clear may be waiting that found no head there.
        if (isNew) clears.reconsider()
      },
      gone: () => {
        if (this.#logs.get(log.name) !== log) return
        membership.gone(log)
        this.#abandoned.drop(log)
      },
    }
  }
}
