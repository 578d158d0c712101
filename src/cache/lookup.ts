import { askUntil, kept } from "./support/ask"
import type { Entry } from "./codec/entry"
import { EarlyRefresh } from "./early-refresh"
import { type Contents, contentsOf, entryOf, largestItemOf, tagsOf } from "./entry-contents"
import type { Hash } from "./support/hash"
import type { JsonCopies, JsonCopy } from "./near/json-copies"
import type { Flow } from "./loads/load-tracker"
import type { Recording } from "./loads/recording"
import type { InvalidationLog } from "./log/invalidation-log"
import type { LogReading } from "./log/log-reading"
import type { ServerLog } from "./log/server-log"
import type { LogVersion } from "./log/tag-versions"
import type { CasToken, Reply } from "./memcached/server"
import type { NearCache, NearCopy } from "./near/near-cache"
import type { CacheObserver } from "./observer"
import type { CacheParts } from "./parts"
import type { MissReason } from "./results"
import type { Runtime } from "./support/runtime"

export type Finding = Hit | Miss

interface Hit {
  readonly kind: "hit"
  /** What the JSON stands for, or the bytes of an answer. */
  readonly data: unknown
  readonly rawBytes: number
  readonly bytes: number
  readonly costMicros: number
  /** Unix times in milliseconds, by the clock of the process that stored it; 0 for never. */
  readonly storedAtMs: number
  readonly expiresAtMs: number
  /** When everything was read that decides, by `Runtime.elapsed()`. */
  readonly answeredAt: number
  /** The read version for a load that the caller may begin despite the hit. */
  readonly readVersion: LogVersion
}

interface Miss {
  readonly kind: "miss"
  readonly reason: MissReason
  /** The read version for a load that this miss may cause. Undefined when no head has ever been read. */
  readonly readVersion: LogVersion | undefined
}

/** What a lookup looks for. */
interface Wanted {
  readonly key: string
  /** Entries that do not carry all of these tags are misses. */
  readonly tags?: ReadonlySet<Hash> | undefined
  /** Where copies of answers are kept. Given for an answer, not for JSON. */
  readonly near?: NearCache | undefined
  /** The flow that it belongs to. */
  readonly flow?: Flow | undefined
  /** What records the reads of the loads that it is part of. */
  readonly outer?: readonly Recording[]
  /** Whether a hit may be made a miss before it expires, so that the caller makes it anew. @default true */
  readonly mayRefresh?: boolean
}

interface Lookup {
  readonly wanted: Wanted
  /** The name of the entry. */
  readonly name: string
  /** The log of the server that the entry is on. */
  readonly log: ServerLog
  readonly resolve: (finding: Finding) => void
  /** Saves asking the server. */
  readonly copy: NearCopy | undefined
  /** Served if the server says that the item is unchanged: it is then asked for the item's state only. */
  jsonCopy: JsonCopy | undefined
  reply: Reply | undefined
}

/**
 * Looks up entries by their keys. All lookups of one tick share one reading of each server's log, which is sent after they began. An earlier
 * reading could miss a clear that had resolved before the lookup.
 */
export class Lookups {
  readonly #parts: CacheParts
  // Read by every lookup, so they are at hand.
  readonly #log: InvalidationLog
  readonly #runtime: Runtime
  readonly #observer: Pick<CacheObserver, "serving" | "cleared">
  readonly #earlyRefresh: EarlyRefresh
  readonly #copies: JsonCopies
  /** The size of the largest item that is read. */
  readonly #maxBytes: number
  #gathering: Lookup[] = []
  #tickStartedAt = 0

  constructor(parts: CacheParts, observer: Pick<CacheObserver, "serving" | "cleared">) {
    this.#parts = parts
    this.#log = parts.log
    this.#runtime = parts.runtime
    this.#observer = observer
    this.#earlyRefresh = new EarlyRefresh(parts)
    this.#copies = parts.copies
    this.#maxBytes = largestItemOf(parts.options.maxValueBytes)
  }

  /**
   * The start time of a lookup that begins now, by `Runtime.elapsed()`. Reading the clock is a noticeable part of a
   * hit, so one reading serves a whole tick.
   */
  get startsAt(): number {
    if (this.#gathering.length === 0) this.#tickStartedAt = this.#runtime.elapsed()
    return this.#tickStartedAt
  }

  /**
   * Looks up an entry and calls back once, within the time-out. It uses a callback because, with asynchronous contexts
   * in use, each promise costs as much as decoding a small entry.
   */
  find(wanted: Wanted, resolve: (finding: Finding) => void): void {
    const name = this.#parts.keys.entry(wanted.key)
    const log = this.#log.of(name)
    if (log.isDown) return this.#runtime.defer(() => resolve(unreachable(log)))
    const copy = wanted.near?.get(wanted.key, this.#runtime.now(), this.#runtime.elapsed())
    const jsonCopy = wanted.near ? undefined : this.#copyOf(name, log)
    const lookup: Lookup = { wanted, name, log, resolve, copy, jsonCopy, reply: undefined }
    if (copy && this.#answerByFlow(lookup, copy)) return
    this.#gathering.push(lookup)
    if (this.#gathering.length === 1) process.nextTick(this.#send)
  }

  /** Returns the copy of an entry, if its server can tell whether it is unchanged. */
  #copyOf(name: string, { server }: ServerLog): JsonCopy | undefined {
    const copy = this.#copies.get(name)
    return copy && server.isCurrent?.(copy.state) === false ? undefined : copy
  }

  /** Returns the last reading of a log by a lookup of this flow. */
  protected readingOf(flow: Flow | undefined, log: ServerLog): LogReading | undefined {
    return flow?.readings?.get(log)
  }

  readonly #send = (): void => {
    const lookups = this.#gathering
    this.#gathering = []
    const [only, another] = this.#log.servers
    if (only && !another) return this.#sendTo(only, lookups)
    for (const log of new Set(lookups.map((lookup) => lookup.log))) {
      this.#sendTo(
        log,
        lookups.filter((lookup) => lookup.log === log)
      )
    }
  }

  #sendTo(log: ServerLog, lookups: readonly Lookup[]): void {
    const dueAt = this.#runtime.elapsed() + this.#parts.options.lookupTimeoutMs
    let tick: Tick | undefined
    // The log is read first, so that its version is known when the entries arrive.
    this.#log.read(log, (reading) => {
      tick = { reading, answeredAt: this.#runtime.elapsed(), dueAt }
      for (const lookup of lookups) {
        const { flow } = lookup.wanted
        if (flow) (flow.readings ??= new Map()).set(log, reading)
        if (lookup.copy) this.#answerByCopy(lookup, lookup.copy, tick)
        else if (lookup.reply) this.#answer(lookup, lookup.reply, tick)
      }
    })
    for (const lookup of lookups) {
      if (lookup.copy) continue
      const key = lookup.name
      log.server.submit({ op: "get", key, maxBytes: lookup.jsonCopy ? 0 : this.#maxBytes }, (reply) => {
        if (tick) this.#answer(lookup, reply, tick)
        else lookup.reply = kept(reply)
      })
    }
  }

  /**
   * Answers with a copy at once if its flow has read the log already. The reading was sent after the request of the flow
   * arrived, so it tells of every clear that had resolved by then.
   */
  #answerByFlow(lookup: Lookup, copy: NearCopy): boolean {
    const reading = this.readingOf(lookup.wanted.flow, lookup.log)
    if (reading?.judge(copy.entry) !== "valid") return false
    const now = this.#runtime.elapsed()
    const dueAt = now + this.#parts.options.lookupTimeoutMs
    this.#serve(lookup, copy.entry, copy.payload, { reading, answeredAt: now, dueAt })
    return true
  }

  #answerByCopy(lookup: Lookup, copy: NearCopy, tick: Tick): void {
    const { reading } = tick
    if (!reading) return lookup.resolve(unreachable(lookup.log))
    const verdict = reading.judge(copy.entry)
    if (verdict === "distrusted") return lookup.resolve(unreachable(lookup.log))
    if (verdict === "valid") return this.#serve(lookup, copy.entry, copy.payload, { ...tick, reading })
    // Another process may have stored a newer one since.
    const { key, near } = lookup.wanted
    near?.delete(key)
    this.#readWhole(lookup, tick)
  }

  #readWhole(lookup: Lookup, tick: Tick): void {
    const command = { op: "get", key: lookup.name, maxBytes: this.#maxBytes } as const
    askUntil({ runtime: this.#runtime, cluster: lookup.log.server }, tick.dueAt, command, (reply) =>
      this.#answer(lookup, reply, { ...tick, answeredAt: this.#runtime.elapsed() })
    )
  }

  #answer(lookup: Lookup, reply: Reply, tick: Tick): void {
    const { reading } = tick
    const { key, tags, near } = lookup.wanted
    if (!reading) return lookup.resolve(unreachable(lookup.log))
    const miss = (reason: MissReason): void => lookup.resolve({ kind: "miss", reason, readVersion: reading.version })
    const absent = (): void => {
      this.#parts.index.noteAbsent(key)
      miss("absent")
    }
    const { jsonCopy } = lookup
    if (reply.status === "missing") {
      if (jsonCopy) this.#copies.delete(lookup.name, jsonCopy)
      return absent()
    }
    if (reply.status !== "ok" || !reply.value) return miss("unreachable")
    if (jsonCopy && !this.#copies.isUnchanged(jsonCopy, reply.cas)) {
      this.#copies.delete(lookup.name, jsonCopy)
      lookup.jsonCopy = undefined
      return this.#readWhole(lookup, tick)
    }
    const entry = jsonCopy ? jsonCopy.entry : entryOf(reply, key)
    if (!entry) return miss("unreadable")
    if (entry.isOverdue(this.#runtime)) return absent()
    const verdict = reading.judge(entry)
    if (verdict === "distrusted") return miss("unreachable")
    // It is void for good.
    if (jsonCopy && verdict !== "valid") this.#copies.delete(lookup.name, jsonCopy)
    if (verdict === "cleared") this.#observer.cleared(entry, reading)
    if (verdict !== "valid") return miss(verdict)
    if (tags && !entry.carries(tags, "all")) return miss("other_tags")
    if (entry.isAnswer !== (near !== undefined) || entry.rawBytes > this.#parts.options.maxValueBytes) {
      return miss("unreadable")
    }
    this.#open(lookup, entry, reply.cas, { ...tick, reading })
  }

  #open(lookup: Lookup, entry: Entry, state: CasToken | undefined, tick: CaughtUp): void {
    const { jsonCopy, name } = lookup
    const { key, near } = lookup.wanted
    if (near) return this.#serve(lookup, entry, near.keep(key, entry, this.#runtime.elapsed()), tick)
    const { version } = tick.reading
    const fail = (): void => lookup.resolve({ kind: "miss", reason: "unreadable", readVersion: version })
    const before = this.#copies.get(name)
    // Parsed anew for each lookup, because callers change what they get.
    const open = (contents: Contents): void => {
      const data: unknown = JSON.parse(contents.json)
      if (!jsonCopy && state) this.#copies.keep(name, contents, state, before)
      this.#serve(lookup, contents.entry, data, tick)
    }
    try {
      const contents = jsonCopy ?? contentsOf(entry, this.#parts.options.maxValueBytes)
      if (contents instanceof Promise) void contents.then(open).catch(fail)
      else open(contents)
    } catch {
      fail()
    }
  }

  #serve(lookup: Lookup, entry: Entry, data: unknown, tick: CaughtUp): void {
    const { flow, near, outer = [] } = lookup.wanted
    // What an answer is made of counts when it is made. No other one is made of it.
    const recordings = flow?.recording && !near ? [flow.recording, ...outer] : outer
    if (recordings.length > 0) {
      const tags = tagsOf(entry, this.#parts.options.maxValueBytes)
      for (const recording of recordings) recording.served(entry, tags)
    }
    this.#observer.serving(entry, tick.answeredAt)
    this.#finish(lookup, entry, hitOf(entry, data, tick.reading.version, tick), tick)
  }

  #finish({ wanted, resolve }: Lookup, entry: Entry, hit: Hit, { dueAt }: Tick): void {
    if (wanted.mayRefresh === false || !this.#earlyRefresh.isDue(entry)) return resolve(hit)
    this.#earlyRefresh.takeLease(wanted.key, hit.costMicros, dueAt, (isTaken) =>
      resolve(isTaken ? { kind: "miss", reason: "refresh", readVersion: hit.readVersion } : hit)
    )
  }
}

/** What all lookups of one tick share once the log has been read. */
interface Tick {
  /** Undefined when the log could not be read in time. */
  readonly reading: LogReading | undefined
  /** When the log was read, or an item that was asked for later, by `Runtime.elapsed()`. */
  readonly answeredAt: number
  /** When the callers' time-out ends, by `Runtime.elapsed()`. */
  readonly dueAt: number
}

const unreachable = (log: ServerLog): Miss => ({ kind: "miss", reason: "unreachable", readVersion: log.newest })

type CaughtUp = Tick & { readonly reading: LogReading }

const hitOf = (entry: Entry, data: unknown, readVersion: LogVersion, { answeredAt }: Tick): Hit => ({
  kind: "hit",
  data,
  rawBytes: entry.rawBytes,
  bytes: entry.storedBytes,
  costMicros: entry.costMicros,
  storedAtMs: entry.storedAtMs,
  expiresAtMs: entry.expiresAtMs,
  answeredAt,
  readVersion,
})
