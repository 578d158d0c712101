import { actorOf, CLEAR_ORIGINS, type ClearOrigin } from "../clear-input"
import { isFigure, isPastTime, sumOf } from "../support/figure"
import { type Hash, hashOfTag } from "../support/hash"
import { isOfLaterVersion } from "./json-items"

export interface LastCleared {
  readonly atMs: number
  readonly origin: ClearOrigin
  readonly actorId: string | null
}

/** A tag in the tag directory. */
export interface TagRecord {
  readonly tag: string
  /** When an entry with the tag was last stored or hit, as a Unix time in seconds. */
  readonly seenAt: number
  /** Hits of entries with the tag. May be too low, because counts have limits. */
  readonly hits: number
  readonly cleared: LastCleared | null
}

/** The changes of a tag since it was last written. */
export interface TagChange {
  /** Undefined when only the hash is known. The tag is then not added. */
  tag: string | undefined
  /** Unix time in seconds; 0 when the tag was only cleared. */
  seenAt: number
  hits: number
  cleared: LastCleared | null
  /** When the change has to be written, by `Runtime.elapsed()`. */
  dueAt: number
}

/** Changes that travel together. */
export interface ChangeBatch {
  /** A random id. By it the item shows whether a batch whose answer was lost has arrived. */
  readonly id: string
  readonly changes: ReadonlyMap<Hash, Readonly<TagChange>>
}

export interface TagShard {
  /** When a tag last had to make room, as a Unix time in seconds; 0 for never. */
  readonly evictedAt: number
  /** Ids of the newest batches. */
  readonly batches: readonly string[]
  readonly tags: ReadonlyMap<Hash, TagRecord>
}

export const EMPTY_SHARD: TagShard = { evictedAt: 0, batches: [], tags: new Map() }

/** How long an unused tag stays known, in seconds: as long as statistics are kept. */
export const TAG_TTL_SECONDS = 7 * 24 * 60 * 60

const MAX_SHARD_TAGS = 256

/** The size limit of the tags. It is below the limit of `JsonItems`, to leave room for the rest of the item. */
const MAX_TAGS_BYTES = 60 * 1024

/**
 * The size limit of a tag. Medusa's have at most 52 characters. Longer ones are not kept, so that one tag cannot take
 * the place of hundreds.
 */
const MAX_TAG_BYTES = 160

/** The number of remembered batches: more than the processes write before a lost answer is noticed. */
const MAX_BATCHES = 16

export const isKeepable = (tag: string): boolean =>
  tag.length <= MAX_TAG_BYTES && Buffer.byteLength(JSON.stringify(tag)) <= MAX_TAG_BYTES

/** Returns undefined when nothing changes. `nameOf` knows tags that the item may have lost. */
export function applyBatch(
  shard: TagShard,
  batch: ChangeBatch,
  nowSeconds: number,
  nameOf: (hash: Hash) => string | undefined
): TagShard | undefined {
  if (shard.batches.includes(batch.id)) return undefined
  const tags = new Map(shard.tags)
  let changed = false
  for (const [hash, change] of batch.changes) {
    const next = changedRecord(tags.get(hash), change, change.tag ?? nameOf(hash))
    if (!next) continue
    tags.set(hash, next)
    changed = true
  }
  if (!changed) return undefined
  const evicted = evict(tags, nowSeconds)
  return {
    evictedAt: evicted ? nowSeconds : shard.evictedAt,
    batches: [...shard.batches, batch.id].slice(-MAX_BATCHES),
    tags,
  }
}

/**
 * Applies a change to a tag. A clear alone does not make a tag known: most clears of an import name tags that no entry
 * has.
 */
function changedRecord(
  old: TagRecord | undefined,
  change: Readonly<TagChange>,
  tag: string | undefined
): TagRecord | undefined {
  const { cleared } = change
  if (old) {
    const newer = cleared && cleared.atMs >= (old.cleared?.atMs ?? 0) ? cleared : old.cleared
    return { ...old, seenAt: Math.max(old.seenAt, change.seenAt), hits: sumOf(old.hits, change.hits), cleared: newer }
  }
  if (tag === undefined || change.seenAt === 0) return undefined
  return { tag, seenAt: change.seenAt, hits: change.hits, cleared }
}

/**
 * Removes tags that have not been seen for a week, and those that do not fit. The least recently seen go first, and
 * `Type:list:*` last, because every list of a type carries it. Returns whether a tag had to make room.
 */
function evict(tags: Map<Hash, TagRecord>, nowSeconds: number): boolean {
  let bytes = 0
  for (const [hash, record] of tags) {
    if (record.seenAt < nowSeconds - TAG_TTL_SECONDS) tags.delete(hash)
    else bytes += sizeOf(record)
  }
  if (tags.size <= MAX_SHARD_TAGS && bytes <= MAX_TAGS_BYTES) return false
  const candidates = [...tags].sort(
    ([, a], [, b]) => Number(isList(a.tag)) - Number(isList(b.tag)) || a.seenAt - b.seenAt || a.hits - b.hits
  )
  for (const [hash, record] of candidates) {
    if (tags.size <= MAX_SHARD_TAGS && bytes <= MAX_TAGS_BYTES) break
    tags.delete(hash)
    bytes -= sizeOf(record)
  }
  return true
}

const isList = (tag: string): boolean => tag.endsWith(":list:*")

const sizeOf = (record: TagRecord): number => Buffer.byteLength(JSON.stringify(encodeRecord(record))) + 1

/** Encodes a tag as an array, since field names would double the size. Most tags have not been cleared. */
const encodeRecord = ({ tag, seenAt, hits, cleared }: TagRecord): readonly unknown[] =>
  cleared
    ? [tag, seenAt, hits, cleared.atMs, CLEAR_ORIGINS.indexOf(cleared.origin), cleared.actorId]
    : [tag, seenAt, hits]

export const SHARD_VERSION = 1

export const encodeShard = ({ evictedAt, batches, tags }: TagShard): unknown => ({
  version: SHARD_VERSION,
  evictedAt,
  batches,
  tags: [...tags.values()].map(encodeRecord),
})

/** Decodes as much of an item as possible: an older version, or a person, may have written it. */
export function decodeShard(item: unknown, nowSeconds: number): TagShard {
  if (typeof item !== "object" || item === null || isOfLaterVersion(item, SHARD_VERSION)) return EMPTY_SHARD
  const tags = new Map<Hash, TagRecord>()
  if ("tags" in item && Array.isArray(item.tags)) {
    for (const tuple of (item.tags as unknown[]).slice(0, MAX_SHARD_TAGS)) {
      const record = decodeRecord(tuple, nowSeconds)
      if (record) tags.set(hashOfTag(record.tag), record)
    }
  }
  const batches = "batches" in item && Array.isArray(item.batches) ? (item.batches as unknown[]) : []
  return {
    evictedAt: "evictedAt" in item && isFigure(item.evictedAt) ? Math.min(item.evictedAt, nowSeconds) : 0,
    batches: batches.filter((id) => typeof id === "string").slice(-MAX_BATCHES),
    tags,
  }
}

function decodeRecord(tuple: unknown, nowSeconds: number): TagRecord | undefined {
  if (!Array.isArray(tuple)) return undefined
  const [tag, seenAt, hits, atMs, originIndex, actorId] = tuple as unknown[]
  if (typeof tag !== "string" || !isKeepable(tag) || !isFigure(seenAt) || !isFigure(hits)) return undefined
  const origin = typeof originIndex === "number" ? CLEAR_ORIGINS[originIndex] : undefined
  const cleared: LastCleared | null =
    isPastTime(atMs, nowSeconds * 1000) && origin !== undefined
      ? { atMs, origin, actorId: typeof actorId === "string" ? actorOf({ origin, actorId }) : null }
      : null
  // A process whose clock is ahead must not keep its tags for ever.
  return { tag, seenAt: Math.min(seenAt, nowSeconds), hits, cleared }
}
