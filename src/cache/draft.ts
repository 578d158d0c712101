import { type Expiration, expirationOf } from "./codec/expiration"
import { MAX_NAMES_BYTES } from "./codec/entry"
import { asciiOf, jsonOf } from "./codec/json"
import { type Hash, hashOfKey, hashOfTag } from "./support/hash"
import type { LoadKind } from "./loads/load-costs"
import type { Recording } from "./loads/recording"
import type { Carried, LogVersion } from "./log/tag-versions"
import type { CacheOptions } from "./options"
import { typeOf } from "./tag-types"

export interface SetInput {
  readonly key: string
  readonly data: unknown
  /** Seconds; 0 for no expiry. Default: `defaultTtlSeconds`. */
  readonly ttl?: number
  readonly tags?: readonly string[]
  readonly options?: { readonly autoInvalidate?: boolean }
  /**
   * Whether the tags were computed from the data, which may say less than what it was made of. Then the tags of what
   * its load has read are added.
   */
  readonly hasComputedTags?: boolean
}

/**
 * An entry on its way to Memcached. It holds everything that must be taken from the caller's objects before the caller
 * changes them.
 */
export interface Draft extends Carried {
  readonly key: string
  /** The tag of what a query asked for comes first, when the data shows it. */
  readonly tags: readonly string[]
  readonly payload: Buffer
  /** JSON and the names of the tags behind it, of which payload and names are views. Undefined for an answer. */
  readonly text: Buffer | undefined
  /** The size of the data in bytes, before compression. */
  readonly rawBytes: number
  /** Whether the payload is an answer, which has been compressed by whoever made it. Otherwise it is JSON in ASCII. */
  readonly isAnswer: boolean
  /** The tags as JSON, or empty. */
  readonly names: Buffer
  /** Hashes of the key and the tags, the key's first. */
  readonly hashes: readonly Hash[]
  readonly expiration: Expiration
  readonly storedAtMs: number
  /** What this load took, in microseconds; 0 when unknown. */
  readonly loadMicros: number
  /** What loads of its kind usually take. */
  readonly costMicros: number
  /** Whose loads these are. Undefined when it is unknown what this load took. */
  readonly kind: LoadKind | undefined
  readonly readVersion: LogVersion
  /**
   * Whether the data was handed over as it is now, without a known lookup. Whatever is stored under its key is then
   * older.
   */
  readonly isFresh: boolean
  /** Whether the data may be older than a clear. @default false */
  readonly isBrief?: boolean
}

/** What a set knows besides the data. */
export interface Circumstances extends Pick<Draft, "readVersion" | "loadMicros" | "isFresh"> {
  readonly nowMs: number
  /** What the load has read, as far as that is known. */
  readonly reads?: readonly Pick<Recording, "tags" | "hashes" | "isFull">[]
  /** Counts the load among those of the entry's kind. Returns undefined when it is unknown what the load took. */
  readonly noteLoad: (entry: Pick<Draft, "key" | "tags" | "rawBytes">) => LoadKind | undefined
  readonly options: Pick<CacheOptions, "defaultTtlSeconds" | "ttlCapSeconds">
}

/** Returns undefined when the data or the TTL cannot be cached. */
export function draftOf(
  input: SetInput,
  { readVersion, loadMicros, isFresh, nowMs, noteLoad, options, reads: known = [] }: Circumstances
): Draft | undefined {
  const expiration = expirationOf(input.ttl ?? options.defaultTtlSeconds, nowMs, options.ttlCapSeconds)
  const json = expiration && jsonOf(input.data)
  if (!json) return undefined
  const reads = input.hasComputedTags ? known : []
  const given = input.tags?.map(String) ?? []
  const tags = withSubjectFirst([...new Set([...given, ...reads.flatMap((read) => [...read.tags])])], input.data)
  const text = Buffer.concat([json, namesOf(tags)])
  const payload = text.subarray(0, json.length)
  const { key } = input
  const kind = noteLoad({ key, tags, rawBytes: payload.length })
  return {
    key,
    tags,
    payload,
    text,
    rawBytes: payload.length,
    isAnswer: false,
    names: text.subarray(json.length),
    hashes: [...new Set([hashOfKey(key), ...tags.map(hashOfTag), ...reads.flatMap((read) => [...read.hashes])])],
    autoInvalidate: input.options?.autoInvalidate !== false,
    expiration,
    storedAtMs: Math.round(nowMs),
    loadMicros,
    costMicros: kind?.usualMicros ?? 0,
    kind,
    readVersion,
    isFresh,
  }
}

/** An answer to a client, as it is stored and handed on. */
export interface AnswerInput {
  readonly key: string
  readonly payload: Buffer
  /** The size of its body in bytes, before compression. */
  readonly rawBytes: number
  /** Seconds; at least 1. */
  readonly ttl: number
  /** The names of its tags, the subject's first. */
  readonly tags: readonly string[]
  /** The hashes of everything that it was made of. */
  readonly parts: Iterable<Hash>
}

/** Returns undefined when the TTL cannot be cached. */
export function draftOfAnswer(
  { key, payload, rawBytes, ttl, tags, parts }: AnswerInput,
  { readVersion, loadMicros, isFresh, nowMs, noteLoad, options }: Circumstances
): Draft | undefined {
  const expiration = expirationOf(ttl, nowMs, options.ttlCapSeconds)
  if (!expiration) return undefined
  const kind = noteLoad({ key, tags, rawBytes })
  return {
    ...{ key, tags, payload, rawBytes, expiration, loadMicros, readVersion, isFresh },
    text: undefined,
    isAnswer: true,
    names: namesOf(tags),
    hashes: [...new Set([hashOfKey(key), ...tags.map(hashOfTag), ...parts])],
    autoInvalidate: true,
    storedAtMs: Math.round(nowMs),
    costMicros: kind?.usualMicros ?? 0,
    kind,
  }
}

/**
 * Moves a tag of the data's first row to the front: that of all lists of its type, or its own. Core sorts the tags of a
 * list by name, so that a list of products would begin with prices.
 */
function withSubjectFirst(tags: readonly string[], data: unknown): readonly string[] {
  const [first]: readonly unknown[] = rowsIn(data)
  if (typeof first !== "object" || first === null || !("id" in first) || typeof first.id !== "string") return tags
  const ending = `:${first.id}`
  const own = tags.find((tag) => tag.endsWith(ending))
  if (own === undefined) return tags
  const list = `${typeOf(own)}:list:*`
  const subject = tags.includes(list) ? list : own
  return [subject, ...tags.filter((tag) => tag !== subject)]
}

/** Returns the rows of an answer of Medusa's `query.graph`, a list, or a single object. */
function rowsIn(data: unknown): readonly unknown[] {
  const rows = typeof data === "object" && data !== null && "data" in data ? data.data : data
  return Array.isArray(rows) ? rows : [rows]
}

/** Returns the draft with its lifetime limited to `seconds`, since its data may be older than a clear. */
export function shortened(draft: Draft, seconds: number, nowMs: number): Draft {
  const { atMs } = draft.expiration
  const expiration = atMs !== 0 && atMs <= nowMs + seconds * 1000 ? undefined : expirationOf(seconds, nowMs, 0)
  return { ...draft, ...(expiration && { expiration }), isBrief: true }
}

/** Puts the names on a line of their own, for people who read an entry in a shell. */
function namesOf(tags: readonly string[]): Buffer {
  const names = asciiOf(tags.length === 0 ? "" : `\n${JSON.stringify(tags)}\n`)
  return names.length <= MAX_NAMES_BYTES ? names : Buffer.alloc(0)
}

/**
 * Returns whether data is an answer of Medusa's `query.graph` or `query.index`: `{ data: [] }`, with or without
 * metadata. Medusa takes the tags of such an answer from the rows and their ids (`parseObjectForEntities` in
 * @medusajs/caching). If it finds none, no clear finds the entry. A category that was viewed before its first product
 * was added would then stay empty until the entry expires.
 */
export function isQueryAnswer(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false
  const { data: rows, metadata: _, ...others } = data as { data?: unknown; metadata?: unknown }
  return Array.isArray(rows) && Object.keys(others).length === 0
}
