import { type Expiration, expirationOf } from "./codec/expiration"
import { MAX_NAMES_BYTES } from "./codec/entry"
import { type Hash, hashOfKey, hashOfTag } from "./hash"
import type { Carried, LogVersion } from "./log/tag-versions"
import type { CacheOptions } from "./options"

export interface SetInput {
  readonly key: string
  readonly data: unknown
  /** Seconds; 0 for no expiry. Default: `defaultTtlSeconds`. */
  readonly ttl?: number
  readonly tags?: readonly string[]
  readonly options?: { readonly autoInvalidate?: boolean }
}

/** An entry on its way: everything that had to be taken from the caller's objects before it goes on to change them. */
export interface Draft extends Carried {
  readonly key: string
  readonly tags: readonly string[]
  readonly payload: Buffer
  /** JSON of the tags, or empty. */
  readonly names: Buffer
  /** The key's first. */
  readonly hashes: readonly Hash[]
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

/** The same for so many seconds at most. */
export function shortened(draft: Draft, seconds: number, nowMs: number): Draft {
  const { atMs } = draft.expiration
  const expiration = atMs !== 0 && atMs <= nowMs + seconds * 1000 ? undefined : expirationOf(seconds, nowMs, 0)
  return expiration ? { ...draft, expiration } : draft
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
