import type { Entry } from "../codec/entry"
import type { Draft } from "../draft"
import { type Hash, hashOfKey } from "../support/hash"
import type { LoadKind } from "../loads/load-costs"
import type { InvalidationLog } from "../log/invalidation-log"
import { RecentMap } from "../support/recent-map"
import { charsOf, type RepeatableRequest } from "../repeatable-request"
import type { MissReason, RefusalReason } from "../results"
import type { Runtime } from "../support/runtime"
import { OTHER } from "./counts"
import type { EntityCounter } from "./entity-counter"
import type { MissCause } from "./statistics"

/** What this process knows of a key. */
export interface RememberedKey {
  /** The key itself. Undefined for one that is too long to be kept. */
  name: string | undefined
  counter: EntityCounter | undefined
  /** The entry that was last stored or served. Epoch 0 means that there was none. */
  epoch: number
  version: number
  storedAtMs: number
  expiresAtMs: number
  rawBytes: number
  bytes: number
  costMicros: number
  /** Undefined when nothing is known of what it takes to build the entry. */
  kind: LoadKind | undefined
  hits: number
  /** A request of a visitor that needs the entry. Undefined when none is known that may be repeated. */
  request: RepeatableRequest | undefined
  /** Why the last set was refused. Undefined when it was not. */
  refusal: RefusalReason | undefined
  /** The version of the clear that caused the last miss. 0 when it had another cause. */
  clearedAt: number
}

/** A key whose entry a request builds anew. */
type WantedKey = RememberedKey & { readonly name: string; readonly request: RepeatableRequest }

/** What the entries of a type have in common. */
interface EntitySum {
  readonly entity: string
  entries: number
  /** The size of their data as stored. */
  bytes: number
  oldestStoredAtMs: number
}

/** About the entries of a large shop. A key takes some 300 bytes. */
const MAX_KEYS = 20_000
/** A product list has some 300 as a stored response: its address, the publishable key and its sales channels. */
const MAX_NAME_CHARS = 500

/** Limits what visitors can make this process keep, by long addresses. With their objects, 20,000 requests take 8 MB. */
const MAX_REQUEST_CHARS = 4_000_000

/** Memcached's clock ticks once a second. */
const CLOCK_TICK_MS = 1_000

type Log = Pick<InvalidationLog, "known" | "lastClearOf">

/**
 * Remembers the keys that this process has recently looked up. Memcached says no more of a missing entry than that it
 * is missing; what is remembered of it tells why.
 */
export class RememberedKeys {
  readonly #log: Log
  readonly #runtime: Pick<Runtime, "now">
  readonly #keys = new RecentMap<Hash, RememberedKey>(MAX_KEYS)
  /** The number of misses of each key that was not met before. */
  readonly #newKeys = new RecentMap<Hash, number>(MAX_KEYS)
  /** Too high rather than too low: a request counts once for each of its keys, and also when another has replaced it. */
  #requestChars = 0

  constructor(log: Log, runtime: Pick<Runtime, "now">) {
    this.#log = log
    this.#runtime = runtime
  }

  get size(): number {
    return this.#keys.size
  }

  get(hash: Hash): RememberedKey | undefined {
    return this.#keys.get(hash)
  }

  /** Returns what is known of a key, which is remembered from now on. */
  of(hash: Hash): RememberedKey {
    const known = this.#keys.get(hash)
    if (known) return known
    const key = newKey()
    this.#keys.set(hash, key)
    return key
  }

  /** Notes an entry that is being served. Its bytes are valid during this call only. */
  served(entry: Entry): RememberedKey {
    const key = this.of(entry.hashAt(0))
    if (key.storedAtMs !== entry.storedAtMs) {
      key.epoch = entry.epoch
      key.version = entry.version
      key.storedAtMs = entry.storedAtMs
      key.expiresAtMs = entry.expiresAtMs
      key.rawBytes = entry.rawBytes
      key.bytes = entry.storedBytes
      key.costMicros = entry.costMicros
      key.refusal = undefined
    }
    return key
  }

  /** Notes an entry that has been stored, with its sizes before and after compression, in bytes. */
  stored(draft: Draft, rawBytes: number, bytes: number): RememberedKey {
    const key = this.of(draft.hashes[0] ?? hashOfKey(draft.key))
    key.name = nameOf(draft.key)
    key.epoch = draft.readVersion.epoch
    key.version = draft.readVersion.version
    key.storedAtMs = draft.storedAtMs
    key.expiresAtMs = draft.expiration.atMs
    key.rawBytes = rawBytes
    key.bytes = bytes
    key.costMicros = draft.costMicros
    key.kind = draft.kind
    key.refusal = undefined
    return key
  }

  /** Notes a hit of a lookup by key, after `served`. */
  hit(name: string, request?: RepeatableRequest): RememberedKey | undefined {
    const key = this.#keys.get(hashOfKey(name))
    if (!key) return undefined
    key.name ??= nameOf(name)
    key.hits += 1
    if (request && !key.request) this.requested(key, request)
    return key
  }

  /** Notes a request that needs the entry of a key. */
  requested(key: RememberedKey, request: RepeatableRequest): void {
    key.request = request
    this.#requestChars += charsOf(request)
    if (this.#requestChars > MAX_REQUEST_CHARS) this.#forgetUnwanted()
  }

  /** Returns the keys whose entry can be built anew by a request, those with most hits first. */
  wanted(): readonly WantedKey[] {
    const isRepeatable = (key: RememberedKey): key is WantedKey => key.name !== undefined && key.request !== undefined
    return [...this.#keys.values()].filter(isRepeatable).sort((a, b) => b.hits - a.hits)
  }

  /** Keeps the requests of the keys with most hits, up to half of the limit. */
  #forgetUnwanted(): void {
    const kept = new Set<RepeatableRequest>()
    this.#requestChars = 0
    for (const key of [...this.#keys.values()].sort((a, b) => b.hits - a.hits)) {
      if (!key.request || kept.has(key.request)) continue
      const chars = charsOf(key.request)
      if (this.#requestChars + chars > MAX_REQUEST_CHARS / 2) {
        key.request = undefined
      } else {
        kept.add(key.request)
        this.#requestChars += chars
      }
    }
  }

  refused(name: string, reason: RefusalReason): void {
    this.of(hashOfKey(name)).refusal = reason
  }

  /** Returns the keys whose entry has not expired, as far as this process knows. */
  live(): RememberedKey[] {
    const now = this.#runtime.now()
    const epoch = this.#log.known?.epoch
    return [...this.#keys.values()].filter(
      (key) => key.epoch === epoch && !key.refusal && (key.expiresAtMs === 0 || key.expiresAtMs > now)
    )
  }

  /** Notes a miss of a key whose entries have no known type yet. */
  missedNew(hash: Hash): void {
    this.#newKeys.set(hash, (this.#newKeys.get(hash) ?? 0) + 1)
  }

  /** Returns the number of such misses, and forgets them. */
  takeMissesOfNew(hash: Hash): number {
    const misses = this.#newKeys.get(hash) ?? 0
    if (misses > 0) this.#newKeys.delete(hash)
    return misses
  }

  /** Explains a miss. "uncacheable" means that the key's data cannot be stored, so that no lookup can hit. */
  explain(hash: Hash, reason: MissReason): MissCause | "uncacheable" {
    if (reason === "other_epoch") return "restarted"
    if (reason !== "absent") return reason
    const key = this.#keys.get(hash)
    if (!key) return "new"
    if (key.refusal) return causeOfRefusal(key.refusal)
    if (key.epoch === 0) return "new"
    if (this.#log.known?.epoch !== key.epoch) return "restarted"
    // Entries of cleared keys are deleted.
    if ((this.#log.lastClearOf(hash) ?? 0) > key.version) return "cleared"
    const isOver = key.expiresAtMs !== 0 && this.#runtime.now() >= key.expiresAtMs - CLOCK_TICK_MS
    return isOver ? "expired" : "removed"
  }
}

/**
 * Returns what it takes to build an entry as far as its kind is known, in microseconds. Otherwise what was stored with
 * it, 0 when that is unknown.
 */
export const costOf = (key: Pick<RememberedKey, "kind"> | undefined, storedMicros: number): number =>
  (storedMicros > 0 && key?.kind?.usualMicros) || storedMicros

/** Sums up entries by type, the type with most bytes first. */
export function sumsByEntity(keys: readonly RememberedKey[]): readonly EntitySum[] {
  const sums = new Map<string, EntitySum>()
  for (const { counter, bytes, storedAtMs } of keys) {
    const entity = counter?.entity ?? OTHER
    const sum = sums.get(entity) ?? { entity, entries: 0, bytes: 0, oldestStoredAtMs: Infinity }
    sums.set(entity, sum)
    sum.entries += 1
    sum.bytes += bytes
    sum.oldestStoredAtMs = Math.min(sum.oldestStoredAtMs, storedAtMs)
  }
  return [...sums.values()].sort((a, b) => b.bytes - a.bytes)
}

function causeOfRefusal(reason: RefusalReason): MissCause | "uncacheable" {
  if (reason === "unclearable" || reason === "not_cacheable") return "uncacheable"
  return reason === "too_large" ? "too_large" : "not_stored"
}

const nameOf = (key: string): string | undefined => (key.length <= MAX_NAME_CHARS ? key : undefined)

const newKey = (): RememberedKey => ({
  name: undefined,
  counter: undefined,
  epoch: 0,
  version: 0,
  storedAtMs: 0,
  expiresAtMs: 0,
  rawBytes: 0,
  bytes: 0,
  costMicros: 0,
  kind: undefined,
  hits: 0,
  request: undefined,
  refusal: undefined,
  clearedAt: 0,
})
