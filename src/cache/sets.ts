import { ask } from "./ask"
import { checksumOf } from "./checksum"
import { type CompressionOptions, compress } from "./codec/compression"
import { EMPTY_SECTION, MAX_NAMES_BYTES, type Section, encodeEntry } from "./codec/entry"
import { type Expiration, expirationOf } from "./codec/expiration"
import { type Hash, hashOfKey, hashOfTag } from "./hash"
import type { RefusalReason } from "./insight/statistics"
import type { KeySpace } from "./keys"
import type { InvalidationLog } from "./log/invalidation-log"
import type { LogVersion } from "./log/tag-versions"
import type { MemcachedServer } from "./memcached/server"
import type { CacheOptions } from "./options"
import { type Runtime, nextTurn } from "./runtime"

export type SetOutcome =
  | { readonly stored: true; readonly rawBytes: number; readonly bytes: number }
  | { readonly stored: false; readonly reason: RefusalReason; readonly bytes?: number }

/** What memcached adds to key and value: item header, CAS, flags, two line ends; 64 bytes in 1.6, with room. */
const ITEM_OVERHEAD_BYTES = 128

/** Payloads that wait for compression or an answer. Beyond it a set is refused: a cache may miss, a shop may not swap. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024

interface Waiting {
  /** undefined: the entry is to be removed. */
  readonly draft: Draft | undefined
  readonly resolve: (outcome: SetOutcome) => void
}

/**
 * Writes entries. Sets of one key go one after the other, and of those that wait only the newest goes on: otherwise a
 * value that takes long to compress could overwrite a newer one, and a herd of misses would compress the same thing 18 times.
 */
export class Sets {
  readonly #keys: KeySpace
  readonly #log: InvalidationLog
  readonly #runtime: Runtime
  readonly #serverFor: (name: string) => MemcachedServer
  readonly #compression: CompressionOptions
  readonly #busy = new Map<string, Waiting | undefined>()
  #waitingBytes = 0

  constructor(
    keys: KeySpace,
    log: InvalidationLog,
    runtime: Runtime,
    serverFor: (name: string) => MemcachedServer,
    compression: CompressionOptions
  ) {
    this.#keys = keys
    this.#log = log
    this.#runtime = runtime
    this.#serverFor = serverFor
    this.#compression = compression
  }

  /** Never rejects. */
  async put(draft: Draft): Promise<SetOutcome> {
    if (this.#waitingBytes + draft.payload.length > MAX_WAITING_BYTES) {
      this.remove(draft.key)
      return refused("overloaded")
    }
    this.#waitingBytes += draft.payload.length
    try {
      return await (this.#busy.has(draft.key) ? this.#wait(draft) : this.#lead(draft))
    } finally {
      this.#waitingBytes -= draft.payload.length
    }
  }

  /** Removes an entry without a trace in the log: for values that cannot be stored, so that an older one is not served. */
  remove(key: string): void {
    if (!this.#busy.has(key)) return this.#delete(key)
    // Behind the set that is under way, and in place of the one that waits.
    this.#busy.get(key)?.resolve(refused("superseded"))
    this.#busy.set(key, { draft: undefined, resolve: () => undefined })
  }

  #delete(key: string): void {
    const name = this.#keys.entry(key)
    this.#serverFor(name).submit({ op: "delete", key: name }, () => undefined)
  }

  #wait(draft: Draft): Promise<SetOutcome> {
    this.#busy.get(draft.key)?.resolve(refused("superseded"))
    return new Promise((resolve) => this.#busy.set(draft.key, { draft, resolve }))
  }

  async #lead(draft: Draft): Promise<SetOutcome> {
    this.#busy.set(draft.key, undefined)
    // zlib may run out of memory; whatever happens here, the next set of the key must get its turn.
    const outcome = await this.#send(draft).catch(() => refused("not_cacheable"))
    // Before the next one is sent: an older value must not be served in place of the one that could not be stored.
    if (!outcome.stored && (outcome.reason !== "stale" || draft.isFresh)) this.#delete(draft.key)
    const next = this.#busy.get(draft.key)
    if (next?.draft) void this.#lead(next.draft).then(next.resolve)
    else this.#busy.delete(draft.key)
    if (next && !next.draft) this.#delete(draft.key)
    return outcome
  }

  async #send(draft: Draft): Promise<SetOutcome> {
    const name = this.#keys.entry(draft.key)
    const server = this.#serverFor(name)
    if (server.state === "down") {
      await nextTurn(this.#runtime)
      return refused("unreachable")
    }

    const sections = this.#compressed(draft)
    const [payload, names] = sections instanceof Promise ? await sections : sections
    // Dead on arrival: it would only overwrite an entry that may be good.
    if (this.#log.voids(draft.readVersion, draft.hashes, draft.autoInvalidate)) return refused("stale")

    const value = encodeEntry(
      { ...draft.readVersion, ...pick(draft), expiresAtMs: draft.expiration.atMs },
      payload,
      names,
      draft.hashes
    )
    if (value.length + name.length + ITEM_OVERHEAD_BYTES > server.itemSizeMaxBytes) {
      return { ...refused("too_large"), bytes: value.length }
    }
    const flags = checksumOf(value)
    const reply = await ask(server, { op: "set", key: name, value, flags, expiration: draft.expiration.wire })
    if (reply.status === "ok") return { stored: true, rawBytes: draft.payload.length, bytes: value.length }
    if (reply.status === "too_large") return { ...refused("too_large"), bytes: value.length }
    return refused("unreachable")
  }

  #compressed(draft: Draft): [Section, Section] | Promise<[Section, Section]> {
    const payload = compress(draft.payload, this.#compression)
    const names = draft.names.length === 0 ? EMPTY_SECTION : compress(draft.names, this.#compression)
    return payload instanceof Promise || names instanceof Promise ? Promise.all([payload, names]) : [payload, names]
  }
}

const refused = (reason: RefusalReason): SetOutcome & { stored: false } => ({ stored: false, reason })

const pick = ({ autoInvalidate, storedAtMs, costMicros }: Draft) => ({ autoInvalidate, storedAtMs, costMicros })

export interface SetInput {
  readonly key: string
  readonly data: unknown
  /** Seconds; 0 for no expiry. Default: `defaultTtlSeconds`. */
  readonly ttl?: number
  readonly tags?: readonly string[]
  readonly options?: { readonly autoInvalidate?: boolean }
}

/** An entry on its way: everything that had to be taken from the caller's objects before it goes on to change them. */
export interface Draft {
  readonly key: string
  readonly tags: readonly string[]
  readonly payload: Buffer
  /** JSON of the tags, or empty. */
  readonly names: Buffer
  /** The key's first. */
  readonly hashes: readonly Hash[]
  readonly autoInvalidate: boolean
  readonly expiration: Expiration
  readonly storedAtMs: number
  readonly costMicros: number
  readonly readVersion: LogVersion
  /** Handed over as it is now, and not loaded by a lookup that is known: what is under its key is older. */
  readonly isFresh: boolean
}

interface Circumstances extends Pick<Draft, "readVersion" | "costMicros" | "isFresh"> {
  readonly nowMs: number
  readonly options: Pick<CacheOptions, "defaultTtlSeconds" | "ttlCapSeconds">
}

/** undefined: cannot be cached, by its data or by its TTL. */
export function draftOf(
  input: SetInput,
  { readVersion, costMicros, isFresh, nowMs, options }: Circumstances
): Draft | undefined {
  const expiration = expirationOf(input.ttl ?? options.defaultTtlSeconds, nowMs, options.ttlCapSeconds)
  const json = expiration && jsonOf(input.data)
  if (!json) return undefined
  const tags = [...new Set(input.tags?.map(String))]
  return {
    key: input.key,
    tags,
    payload: Buffer.from(json),
    names: namesOf(tags),
    hashes: [hashOfKey(input.key), ...tags.map(hashOfTag)],
    autoInvalidate: input.options?.autoInvalidate !== false,
    expiration,
    storedAtMs: Math.round(nowMs),
    costMicros,
    readVersion,
    isFresh,
  }
}

/** undefined: has no JSON form, or is null in it (NaN, too), which a lookup could not tell from a miss. */
function jsonOf(data: unknown): string | undefined {
  try {
    // Of a function or a symbol it is undefined, whatever the type says.
    const json: unknown = JSON.stringify(data)
    return typeof json === "string" && json !== "null" ? json : undefined
  } catch {
    return undefined
  }
}

/** On a line of their own, for whoever reads an entry in a shell. */
function namesOf(tags: readonly string[]): Buffer {
  const names = Buffer.from(tags.length === 0 ? "" : `\n${JSON.stringify(tags)}\n`)
  return names.length <= MAX_NAMES_BYTES ? names : Buffer.alloc(0)
}

/**
 * `{ data: [] }`, with or without metadata: an answer of Medusa's `query.graph` and `query.index`. Medusa takes its tags from the
 * rows and their ids (`parseObjectForEntities` in @medusajs/caching). Where it finds none, no clear finds the entry: a category that
 * was looked at before its first product was put into it would stay empty for as long as the entry lives.
 */
export function isQueryAnswer(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false
  const { data: rows, metadata: _, ...others } = data as { data?: unknown; metadata?: unknown }
  return Array.isArray(rows) && Object.keys(others).length === 0
}
