import { kept } from "./ask"
import { intactValue } from "./checksum"
import type { MemcachedServer, Reply } from "./memcached/server"
import { decompress } from "./codec/compression"
import { Entry } from "./codec/entry"
import { type Hash, hashOfKey } from "./hash"
import type { KeySpace } from "./keys"
import type { Head } from "./log/head"
import type { InvalidationLog } from "./log/invalidation-log"
import type { LogVersion } from "./log/tag-versions"
import type { Runtime, Timer } from "./runtime"
import type { MissReason } from "./insight/statistics"

export type Finding =
  | {
      readonly kind: "hit"
      readonly data: unknown
      readonly rawBytes: number
      readonly bytes: number
      readonly costMicros: number
      /** When the head was read, by `Runtime.elapsed()`. */
      readonly answeredAt: number
      /** The version before any load that its caller may begin all the same. */
      readonly readVersion: LogVersion
    }
  | {
      readonly kind: "miss"
      readonly reason: MissReason
      /** The version before any load that this miss may cause; undefined when the head could not be read. */
      readonly readVersion: LogVersion | undefined
    }

/** How a lookup by key ended, without what it found. */
export type LookupOutcome =
  | { readonly kind: "hit"; readonly rawBytes: number; readonly bytes: number }
  | { readonly kind: "miss"; readonly reason: MissReason }

type Hit = Extract<Finding, { kind: "hit" }>

/** What an entry has to carry. */
export interface WantedTags {
  readonly hashes: ReadonlySet<Hash>
  /** all: a lookup by key, which names what its entries are stored with. any: a lookup by tags. */
  readonly match: "all" | "any"
}

interface Lookup {
  readonly key: string
  /** Of the item. */
  readonly name: string
  readonly tags: WantedTags | undefined
  readonly server: MemcachedServer
  readonly resolve: (finding: Finding) => void
  /** Something was pending when it began: a clear that is delivered meanwhile may not be in the head that it reads. */
  readonly distrusted: boolean
  reply: Reply | undefined
  /** When the caller has waited long enough, by `Runtime.elapsed()`. */
  dueAt: number
}

export interface LookupOptions {
  readonly timeoutMs: number
  /** No payload that is larger is unfolded or parsed. */
  readonly maxValueBytes: number
  /** Told of each entry that is served, whose bytes are good during the call only, and when. */
  readonly onServed: (entry: Entry, answeredAt: number) => void
  /** Told of each entry that a lookup by key found void, under the same condition. */
  readonly onCleared: (entry: Entry) => void
  /** XFetch's beta; 0 is off. */
  readonly earlyRefresh: number
}

/** A refresh that was begun and forgotten holds others off for at most this long. */
const MAX_LEASE_SECONDS = 30

/**
 * Reads entries. All lookups of one tick share one read of the head, which is sent after they began: a head that was read
 * earlier could miss a clear that had resolved before the lookup.
 */
export class Lookups {
  readonly #keys: KeySpace
  readonly #log: InvalidationLog
  readonly #runtime: Runtime
  readonly #serverFor: (name: string) => MemcachedServer
  readonly #options: LookupOptions
  #gathering: Lookup[] = []
  #tickStartedAt = 0

  constructor(
    keys: KeySpace,
    log: InvalidationLog,
    runtime: Runtime,
    serverFor: (name: string) => MemcachedServer,
    options: LookupOptions
  ) {
    this.#keys = keys
    this.#log = log
    this.#runtime = runtime
    this.#serverFor = serverFor
    this.#options = options
  }

  /** When a lookup that begins now begins, by `Runtime.elapsed()`. A hit costs a few clock readings: one is for a whole tick. */
  get startsAt(): number {
    if (this.#gathering.length === 0) this.#tickStartedAt = this.#runtime.elapsed()
    return this.#tickStartedAt
  }

  /**
   * Calls back once. With `tags`, entries that do not carry them are misses. No promise: with asynchronous
   * contexts in use, each one costs as much as decoding a small entry.
   */
  find(key: string, tags: WantedTags | undefined, resolve: (finding: Finding) => void): void {
    if (this.#log.unreachable) return this.#runtime.defer(() => resolve(miss("unreachable", undefined)))
    const name = this.#keys.entry(key)
    const server = this.#serverFor(name)
    const { distrusted } = this.#log
    this.#gathering.push({ key, name, tags, server, resolve, distrusted, reply: undefined, dueAt: 0 })
    if (this.#gathering.length === 1) process.nextTick(this.#send)
  }

  readonly #send = (): void => {
    const lookups = this.#gathering
    this.#gathering = []
    const dueAt = this.#runtime.elapsed() + this.#options.timeoutMs
    let answered = false
    let head: Head | undefined
    let answeredAt = 0
    const onHead = (read: Head | undefined): void => {
      if (answered) return
      answered = true
      head = read
      answeredAt = this.#runtime.elapsed()
      for (const lookup of lookups) if (lookup.reply) this.#settle(lookup, lookup.reply, head, answeredAt)
    }
    // The head goes first, so that with one server it is known when the entries arrive.
    this.#log.readHead(onHead, () => this.#runtime.schedule(this.#leftUntil(dueAt), () => onHead(undefined)))
    for (const lookup of lookups) {
      lookup.dueAt = dueAt
      lookup.server.submit({ op: "get", key: lookup.name }, (reply) => {
        if (answered) this.#settle(lookup, reply, head, answeredAt)
        else lookup.reply = kept(reply)
      })
    }
  }

  #settle(lookup: Lookup, reply: Reply, head: Head | undefined, answeredAt: number): void {
    if (!head) return lookup.resolve(miss("unreachable", undefined))
    const advanced = this.#log.advance(head)
    if (advanced === true) return this.#answer(lookup, reply, head, answeredAt)
    void this.#settleLater(lookup, kept(reply), head, advanced)
  }

  /** Records are being fetched. Each request of that has its own time-out; the caller waits no longer than for one. */
  async #settleLater(lookup: Lookup, reply: Reply, head: Head, advanced: Promise<boolean>): Promise<void> {
    let timer: Timer | undefined
    const tooLate = new Promise<boolean>((resolve) => {
      timer = this.#runtime.schedule(this.#leftUntil(lookup.dueAt), () => resolve(false))
    })
    const covered = await Promise.race([advanced, tooLate])
    timer?.cancel()
    if (covered) this.#answer(lookup, reply, head, this.#runtime.elapsed())
    else lookup.resolve(miss("unreachable", { epoch: head.epoch, version: head.version }))
  }

  #answer(lookup: Lookup, reply: Reply, head: Head, answeredAt: number): void {
    const readVersion: LogVersion = { epoch: head.epoch, version: head.version }
    if (reply.status === "missing") return lookup.resolve(miss("absent", readVersion))
    if (reply.status !== "ok" || !reply.value) return lookup.resolve(miss("unreachable", readVersion))
    if (lookup.distrusted || this.#log.distrusted) return lookup.resolve(miss("unreachable", readVersion))
    const bytes = intactValue(reply)
    const entry = bytes && Entry.decode(bytes)
    // The key's own hash also tells an entry from one that another key or prefix left under this name.
    if (!entry || entry.hashCount === 0 || entry.hashAt(0) !== hashOfKey(lookup.key)) {
      return lookup.resolve(miss("unreadable", readVersion))
    }
    const verdict = this.#log.judge(entry, head)
    if (verdict !== "valid") {
      if (verdict === "cleared" && lookup.tags?.match !== "any") this.#options.onCleared(entry)
      return lookup.resolve(miss(verdict, readVersion))
    }
    if (lookup.tags && !entry.carries(lookup.tags)) return lookup.resolve(miss("absent", readVersion))
    this.#options.onServed(entry, answeredAt)
    this.#open(lookup, entry, readVersion, answeredAt)
  }

  #open(lookup: Lookup, entry: Entry, readVersion: LogVersion, answeredAt: number): void {
    const { maxValueBytes } = this.#options
    if (entry.rawBytes > maxValueBytes) return lookup.resolve(miss("unreadable", readVersion))
    let hit: Hit
    try {
      const payload = entry.isCompressed ? decompress(entry.payload, maxValueBytes) : undefined
      if (payload instanceof Promise) {
        payload
          .then((bytes) => this.#finish(lookup, entry, opened(entry, bytes.toString("utf8"), readVersion, answeredAt)))
          .catch(() => lookup.resolve(miss("unreadable", readVersion)))
        return
      }
      hit = opened(entry, payload ? payload.toString("utf8") : entry.plainText, readVersion, answeredAt)
    } catch {
      return lookup.resolve(miss("unreadable", readVersion))
    }
    this.#finish(lookup, entry, hit)
  }

  #finish(lookup: Lookup, entry: Entry, hit: Hit): void {
    if (lookup.tags?.match !== "any" && this.#isRefreshDue(entry)) this.#takeLease(lookup, hit)
    else lookup.resolve(hit)
  }

  /**
   * XFetch (Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention, 2015): the closer the
   * expiry and the dearer the entry, the likelier.
   */
  #isRefreshDue(entry: Entry): boolean {
    if (this.#options.earlyRefresh === 0 || entry.expiresAtMs === 0 || entry.costMicros === 0) return false
    const leftMs = entry.expiresAtMs - this.#runtime.now()
    const costMs = entry.costMicros / 1000
    // ln(1/x) exceeds 30 once in 10^13 draws; far from the expiry no random number is drawn.
    if (leftMs > costMs * this.#options.earlyRefresh * 30) return false
    return leftMs < costMs * this.#options.earlyRefresh * -Math.log(1 - this.#runtime.random())
  }

  /** One lookup at a time is sent to compute the entry anew; the others still hit. */
  #takeLease(lookup: Lookup, hit: Hit): void {
    const seconds = Math.min(MAX_LEASE_SECONDS, Math.ceil((hit.costMicros / 1_000_000) * 2) + 1)
    const key = this.#keys.lease(lookup.key)
    let isAnswered = false
    const answer = (finding: Finding): void => {
      if (isAnswered) return
      isAnswered = true
      lookup.resolve(finding)
    }
    const timer = this.#runtime.schedule(this.#leftUntil(lookup.dueAt), () => answer(hit))
    lookup.server.submit({ op: "add", key, value: LEASE, flags: 0, expiration: seconds }, (reply) => {
      timer.cancel()
      answer(reply.status === "ok" ? miss("refresh", hit.readVersion) : hit)
    })
  }

  #leftUntil(dueAt: number): number {
    return Math.max(0, dueAt - this.#runtime.elapsed())
  }
}

const LEASE = Buffer.from("1")

const miss = (reason: MissReason, readVersion: LogVersion | undefined): Finding => ({
  kind: "miss",
  reason,
  readVersion,
})

/** Throws when the payload is not JSON. Parsed for each lookup: callers change what they get. */
function opened(entry: Entry, json: string, readVersion: LogVersion, answeredAt: number): Hit {
  return {
    kind: "hit",
    data: JSON.parse(json) as unknown,
    rawBytes: entry.rawBytes,
    bytes: entry.payloadBytes,
    costMicros: entry.costMicros,
    answeredAt,
    readVersion,
  }
}
