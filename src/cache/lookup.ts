import { kept } from "./ask"
import { intactValue } from "./checksum"
import { decompress } from "./codec/compression"
import { Entry } from "./codec/entry"
import { type Hash, hashOfKey } from "./hash"
import type { KeySpace } from "./keys"
import type { InvalidationLog } from "./log/invalidation-log"
import type { LogReading } from "./log/log-reading"
import type { LogVersion } from "./log/tag-versions"
import type { Cluster } from "./memcached/cluster"
import type { Reply } from "./memcached/server"
import type { CacheObserver } from "./observer"
import type { CacheOptions } from "./options"
import type { CacheParts } from "./parts"
import type { Recording } from "./recording"
import type { MissReason } from "./results"
import type { Runtime } from "./runtime"

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
  /** When the head was read, by `Runtime.elapsed()`. */
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

/** Tags that an entry must carry. */
export interface WantedTags {
  readonly hashes: ReadonlySet<Hash>
  /**
   * - all: a lookup by key, which names the tags that its entries are stored with.
   * - any: a lookup by tags.
   */
  readonly match: "all" | "any"
}

/** What a lookup looks for. */
interface Wanted {
  readonly key: string
  /** Entries that do not carry them are misses. */
  readonly tags?: WantedTags | undefined
  /** Whether it is an answer, not JSON. */
  readonly isAnswer?: boolean
  /** Hears of the entry that is served. */
  readonly recording?: Recording | undefined
}

interface Lookup {
  readonly wanted: Wanted
  readonly resolve: (finding: Finding) => void
  reply: Reply | undefined
}

/** The longest time that an abandoned refresh keeps other refreshes away. */
const MAX_LEASE_SECONDS = 30

/**
 * Reads entries. All lookups of one tick share one reading of the log, which is sent after they began. An earlier
 * reading could miss a clear that had resolved before the lookup.
 */
export class Lookups {
  readonly #keys: KeySpace
  readonly #cluster: Cluster
  readonly #log: InvalidationLog
  readonly #runtime: Runtime
  readonly #options: CacheOptions
  readonly #observer: Pick<CacheObserver, "serving" | "cleared">
  #gathering: Lookup[] = []
  #tickStartedAt = 0

  constructor(
    { keys, cluster, log, runtime, options }: CacheParts,
    observer: Pick<CacheObserver, "serving" | "cleared">
  ) {
    this.#keys = keys
    this.#cluster = cluster
    this.#log = log
    this.#runtime = runtime
    this.#options = options
    this.#observer = observer
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
   * Looks up an entry and calls back once, within the time-out. It uses a callback because, with asynchronous contexts in use, each promise costs as much as decoding a small
   * entry.
   */
  find(wanted: Wanted, resolve: (finding: Finding) => void): void {
    if (this.#log.unreachable) return this.#runtime.defer(() => resolve(this.#unreachable()))
    this.#gathering.push({ wanted, resolve, reply: undefined })
    if (this.#gathering.length === 1) process.nextTick(this.#send)
  }

  readonly #send = (): void => {
    const lookups = this.#gathering
    this.#gathering = []
    const dueAt = this.#runtime.elapsed() + this.#options.lookupTimeoutMs
    let tick: Tick | undefined
    // The log is read first. With one server, its version is then known when the entries arrive.
    this.#log.read((reading) => {
      tick = { reading, answeredAt: this.#runtime.elapsed(), dueAt }
      for (const lookup of lookups) if (lookup.reply) this.#answer(lookup, lookup.reply, tick)
    })
    for (const lookup of lookups) {
      this.#cluster.submit({ op: "get", key: this.#keys.entry(lookup.wanted.key) }, (reply) => {
        if (tick) this.#answer(lookup, reply, tick)
        else lookup.reply = kept(reply)
      })
    }
  }

  #unreachable(): Miss {
    return { kind: "miss", reason: "unreachable", readVersion: this.#log.newest }
  }

  #answer(lookup: Lookup, reply: Reply, tick: Tick): void {
    const { reading } = tick
    const { key, tags, isAnswer = false, recording } = lookup.wanted
    if (!reading) return lookup.resolve(this.#unreachable())
    const miss = (reason: MissReason): void => lookup.resolve({ kind: "miss", reason, readVersion: reading.version })
    if (reply.status === "missing") return miss("absent")
    if (reply.status !== "ok" || !reply.value) return miss("unreachable")
    const entry = entryOf(reply, key)
    if (!entry) return miss("unreadable")
    const verdict = reading.judge(entry)
    if (verdict === "distrusted") return miss("unreachable")
    if (verdict === "cleared" && tags?.match !== "any") this.#observer.cleared(entry, reading)
    if (verdict !== "valid") return miss(verdict)
    if (tags && !entry.carries(tags)) return miss("other_tags")
    if (entry.isAnswer !== isAnswer || entry.rawBytes > this.#options.maxValueBytes) return miss("unreadable")
    recording?.served(entry)
    this.#observer.serving(entry, tick.answeredAt)
    this.#open(lookup, entry, reading.version, tick)
  }

  #open(lookup: Lookup, entry: Entry, readVersion: LogVersion, tick: Tick): void {
    const finish = (data: unknown): void => this.#finish(lookup, entry, hitOf(entry, data, readVersion, tick), tick)
    // Its bytes are valid during this call only.
    if (entry.isAnswer) return finish(Buffer.from(entry.payload.bytes))
    // Parsed anew for each lookup, because callers change what they get.
    const open = (json: string): void => finish(JSON.parse(json))
    const fail = (): void => lookup.resolve({ kind: "miss", reason: "unreadable", readVersion })
    try {
      const payload = entry.isCompressed ? decompress(entry.payload, this.#options.maxValueBytes) : undefined
      if (payload instanceof Promise) void payload.then((bytes) => open(bytes.toString("utf8"))).catch(fail)
      else open(payload ? payload.toString("utf8") : entry.plainText)
    } catch {
      fail()
    }
  }

  #finish(lookup: Lookup, entry: Entry, hit: Hit, tick: Tick): void {
    if (lookup.wanted.tags?.match !== "any" && this.#isRefreshDue(entry)) this.#takeLease(lookup, hit, tick)
    else lookup.resolve(hit)
  }

  /**
   * Returns whether to refresh an entry early. The probability grows as the expiry approaches and with the cost of the
   * entry. XFetch: Vattani, Chierichetti, Lowenstein, Optimal Probabilistic Cache Stampede Prevention, 2015.
   */
  #isRefreshDue(entry: Entry): boolean {
    if (this.#options.earlyRefresh === 0 || entry.expiresAtMs === 0 || entry.costMicros === 0) return false
    const leftMs = entry.expiresAtMs - this.#runtime.now()
    const costMs = entry.costMicros / 1000
    // ln(1/x) exceeds 30 once in 10^13 draws, so far from the expiry no random number is drawn.
    if (leftMs > costMs * this.#options.earlyRefresh * 30) return false
    return leftMs < costMs * this.#options.earlyRefresh * -Math.log(1 - this.#runtime.random())
  }

  /** Sends one lookup at a time to compute the entry again. The others still hit. */
  #takeLease(lookup: Lookup, hit: Hit, { dueAt }: Tick): void {
    const expiration = Math.min(MAX_LEASE_SECONDS, Math.ceil((hit.costMicros / 1_000_000) * 2) + 1)
    const key = this.#keys.lease(lookup.wanted.key)
    let isAnswered = false
    const answer = (finding: Finding): void => {
      if (!isAnswered) lookup.resolve(finding)
      isAnswered = true
    }
    const leftMs = Math.max(0, dueAt - this.#runtime.elapsed())
    const timer = this.#runtime.schedule(leftMs, () => answer(hit))
    const server = this.#cluster.serverOf(this.#keys.entry(lookup.wanted.key))
    server.submit({ op: "add", key, value: LEASE, flags: 0, expiration }, (reply) => {
      timer.cancel()
      answer(reply.status === "ok" ? { kind: "miss", reason: "refresh", readVersion: hit.readVersion } : hit)
    })
  }
}

const LEASE = Buffer.from("1")

/** What all lookups of one tick share once the log has been read. */
interface Tick {
  /** Undefined when the log could not be read in time. */
  readonly reading: LogReading | undefined
  /** When the log was read, by `Runtime.elapsed()`. */
  readonly answeredAt: number
  /** When the callers' time-out ends, by `Runtime.elapsed()`. */
  readonly dueAt: number
}

/**
 * Decodes the entry of a key. Returns undefined for no entry, or for one that another key or prefix left under this
 * name, which its first hash reveals.
 */
export function entryOf(reply: Reply, key: string): Entry | undefined {
  const bytes = intactValue(reply)
  const entry = bytes && Entry.decode(bytes)
  return entry && entry.hashCount > 0 && entry.hashAt(0) === hashOfKey(key) ? entry : undefined
}

const hitOf = (entry: Entry, data: unknown, readVersion: LogVersion, { answeredAt }: Tick): Hit => ({
  kind: "hit",
  data,
  rawBytes: entry.rawBytes,
  bytes: entry.payloadBytes,
  costMicros: entry.costMicros,
  storedAtMs: entry.storedAtMs,
  expiresAtMs: entry.expiresAtMs,
  answeredAt,
  readVersion,
})
