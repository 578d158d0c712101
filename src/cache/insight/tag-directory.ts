import { actorOf, type ClearAuthor } from "../clear-input"
import type { Entry } from "../codec/entry"
import type { Hash } from "../support/hash"
import { isOfLaterVersion, type JsonItems, type JsonReading } from "./json-items"
import type { KeySpace } from "../keys"
import { nextTurn, type Runtime } from "../support/runtime"
import { TagHits } from "./tag-hits"
import {
  applyBatch,
  type ChangeBatch,
  decodeShard,
  EMPTY_SHARD,
  encodeShard,
  isKeepable,
  SHARD_VERSION,
  TAG_TTL_SECONDS,
  type TagChange,
  type TagRecord,
  type TagShard,
} from "./tag-shard"

export interface TagDirectorySurroundings {
  readonly items: JsonItems
  readonly keys: KeySpace
  readonly runtime: Runtime
  /** False when nothing is noted. What others have written can still be read. */
  readonly enabled: boolean
  /** Called when there is something to write. */
  readonly onNote: () => void
}

export interface TagDirectoryReading {
  readonly records: readonly TagRecord[]
  /** False when nothing is noted, or a part could not be read, and is as this process last saw it. */
  readonly complete: boolean
  /** Whether tags had to make room within the last week. */
  readonly truncated: boolean
}

export const SHARDS = 64

/**
 * The most changes that wait for one shard. Further ones are not noted, be it after a day without Memcached or after a
 * second of an import.
 */
const MAX_PENDING_CHANGES = 320

/** The number of tags whose hits are added between two turns of the event loop. */
const HITS_AT_ONCE = 5_000

/** The time within which a tag that is seen again is not written again. */
const SEEN_AGAIN_SECONDS = 60

/** How long hits and times wait. New tags and clears are written with the next flush. */
const HITS_WAIT_MS = 30_000

/** The number of shards that are read and written at a time. All 64 are 1.6 MB. */
const SHARDS_AT_ONCE = 8

/**
 * The tags that exist. Memcached cannot list its items, so each process records the tags of what it stores, in 64 items
 * of at most 256 tags. The directory is for display and for patterns (`Product:*`) only. It is incomplete by design and
 * bounded in size, and validity never depends on it.
 *
 * - A tag comes in when an entry with it is stored. It leaves when nobody has used it for a week, or when its shard is
 *   full.
 * - Hits are counted by entry, and added to its tags every half a minute or when somebody looks.
 * - Changes are merged by compare-and-swap. A batch whose answer was lost is repeated under the same id, so that its
 *   hits count once.
 */
export class TagDirectory {
  readonly #around: TagDirectorySurroundings
  /** Waiting changes by shard. */
  readonly #pending = Array.from({ length: SHARDS }, () => new Map<Hash, TagChange>())
  /** Batches that were sent without an answer. Each goes before anything else of its shard. */
  readonly #unsettled = new Map<number, ChangeBatch>()
  /** Each shard as last seen in Memcached. */
  readonly #known = new Map<number, TagShard>()
  readonly #hits = new TagHits()
  #hitsDueAt = Infinity

  constructor(around: TagDirectorySurroundings) {
    this.#around = around
  }

  /** The number of changes that wait in this process. */
  get size(): number {
    return this.#pending.reduce((sum, changes) => sum + changes.size, 0)
  }

  /** Notes that an entry with these tags has been stored, with the hashes of its key and of each tag. */
  stored(tags: readonly string[], hashes: readonly Hash[]): void {
    if (!this.#around.enabled) return
    const seenAt = this.#nowSeconds()
    const now = this.#around.runtime.elapsed()
    tags.forEach((tag, i) => {
      const hash = hashes[i + 1]
      if (hash === undefined) return
      const known = this.#known.get(shardOf(hash))?.tags.get(hash)
      if (known && seenAt - known.seenAt < SEEN_AGAIN_SECONDS) return
      if (known || isKeepable(tag)) this.#seen(hash, tag, seenAt, 0, known ? now + HITS_WAIT_MS : now)
    })
  }

  /** Notes that an entry is being served, at a time of `Runtime.elapsed()`. */
  hit(entry: Entry, now: number): void {
    if (!this.#around.enabled || !this.#hits.note(entry)) return
    this.#hitsDueAt = Math.min(this.#hitsDueAt, now + HITS_WAIT_MS)
    this.#around.onNote()
  }

  /** Notes that tags have been cleared. Only those that are known at the next write are kept. */
  cleared(hashes: readonly Hash[], author: ClearAuthor): void {
    if (!this.#around.enabled) return
    const { runtime } = this.#around
    const cleared = { atMs: Math.round(runtime.now()), origin: author.origin, actorId: actorOf(author) }
    const now = runtime.elapsed()
    for (const hash of hashes) {
      const change = this.#changeOf(hash, now)
      if (change) change.cleared = cleared
    }
  }

  /** Returns all known tags, including changes that wait in this process. Never rejects. */
  async list(): Promise<TagDirectoryReading> {
    const { items, keys } = this.#around
    await this.#addHits()
    const readings = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => items.read(keys.tags(shard))))
    const shards: { shard: TagShard; complete: boolean }[] = []
    for (const [shard, reading] of readings.entries()) {
      shards.push(this.#understood(shard, reading))
      // Decoding all shards at once would delay unrelated requests.
      if (shard % SHARDS_AT_ONCE === 0) await nextTurn(this.#around.runtime)
    }
    const weekAgo = this.#nowSeconds() - TAG_TTL_SECONDS
    return {
      records: shards.flatMap(({ shard }) => [...shard.tags.values()]),
      // With statistics off no process has noted its tags, and an empty list is not "there are none".
      complete: this.#around.enabled && shards.every(({ complete }) => complete),
      truncated: shards.some(({ shard }) => shard.evictedAt > weekAgo),
    }
  }

  async find(hash: Hash): Promise<TagRecord | undefined> {
    await this.#addHits()
    const { items, keys } = this.#around
    const shard = shardOf(hash)
    return this.#understood(shard, await items.read(keys.tags(shard))).shard.tags.get(hash)
  }

  /** Writes what is due, or everything. Changes that cannot be written are kept for the next time. */
  async flush(everything = false): Promise<void> {
    const now = this.#around.runtime.elapsed()
    if (everything || this.#hitsDueAt <= now) await this.#addHits()
    const isDue = ({ dueAt }: TagChange): boolean => everything || dueAt <= now
    const due = this.#pending.flatMap((changes, shard) =>
      this.#unsettled.has(shard) || [...changes.values()].some(isDue) ? [shard] : []
    )
    for (let at = 0; at < due.length; at += SHARDS_AT_ONCE) {
      await Promise.all(due.slice(at, at + SHARDS_AT_ONCE).map((shard) => this.#write(shard)))
    }
    if (this.size > 0 || this.#unsettled.size > 0 || this.#hitsDueAt < Infinity) this.#around.onNote()
  }

  /**
   * Adds the hits, with pauses for other work: a few hundred entries of a product list have a hundred thousand tags.
   */
  async #addHits(): Promise<void> {
    const dueAt = Math.min(this.#hitsDueAt, this.#around.runtime.elapsed() + HITS_WAIT_MS)
    this.#hitsDueAt = Infinity
    const seenAt = this.#nowSeconds()
    let added = 0
    for (const [tag, hits] of this.#hits.take()) {
      this.#seen(tag, undefined, seenAt, hits, dueAt)
      if (++added % HITS_AT_ONCE === 0) await nextTurn(this.#around.runtime)
    }
  }

  async #write(shard: number): Promise<void> {
    const batch = this.#unsettled.get(shard) ?? this.#take(shard)
    if (!batch) return
    this.#unsettled.set(shard, batch)
    const { items, keys } = this.#around
    let seen: TagShard = EMPTY_SHARD
    const change = (old: unknown): unknown => {
      if (isOfLaterVersion(old, SHARD_VERSION)) return undefined
      const before = decodeShard(old, this.#nowSeconds())
      const after = applyBatch(before, batch, this.#nowSeconds(), (hash) => this.#nameOf(shard, hash))
      seen = after ?? before
      return after && encodeShard(after)
    }
    const { status } = await items.update(keys.tags(shard), change, TAG_TTL_SECONDS)
    if (status === "unreachable" || status === "contended") return
    this.#unsettled.delete(shard)
    if (status === "written") this.#known.set(shard, seen)
  }

  #take(shard: number): ChangeBatch | undefined {
    const changes = this.#pending[shard]
    if (!changes || changes.size === 0) return undefined
    this.#pending[shard] = new Map()
    return { id: this.#around.runtime.randomId(6).toString("base64url"), changes }
  }

  #understood(shard: number, reading: JsonReading): { shard: TagShard; complete: boolean } {
    const complete = reading.status !== "unreachable"
    const now = this.#nowSeconds()
    if (complete) this.#known.set(shard, decodeShard(reading.status === "ok" ? reading.value : undefined, now))
    let known = this.#known.get(shard) ?? EMPTY_SHARD
    const unsent = { id: "", changes: this.#pending[shard] ?? new Map() }
    const unsettled = this.#unsettled.get(shard)
    for (const batch of unsettled ? [unsettled, unsent] : [unsent]) {
      known = applyBatch(known, batch, now, (hash) => this.#nameOf(shard, hash)) ?? known
    }
    return { shard: known, complete }
  }

  /** Returns the name of a known tag. With it, hits fill an evicted shard again from memory. */
  #nameOf(shard: number, hash: Hash): string | undefined {
    return this.#known.get(shard)?.tags.get(hash)?.tag
  }

  #seen(hash: Hash, tag: string | undefined, seenAt: number, hits: number, dueAt: number): void {
    const change = this.#changeOf(hash, dueAt)
    if (!change) return
    change.tag ??= tag
    change.seenAt = seenAt
    change.hits += hits
  }

  /** Returns undefined when too many changes wait already. */
  #changeOf(hash: Hash, dueAt: number): TagChange | undefined {
    const changes = this.#pending[shardOf(hash)]
    const known = changes?.get(hash)
    if (!changes || (!known && changes.size >= MAX_PENDING_CHANGES)) return undefined
    const change = known ?? { tag: undefined, seenAt: 0, hits: 0, cleared: null, dueAt }
    change.dueAt = Math.min(change.dueAt, dueAt)
    changes.set(hash, change)
    this.#around.onNote()
    return change
  }

  #nowSeconds(): number {
    return Math.floor(this.#around.runtime.now() / 1000)
  }
}

export const shardOf = (hash: Hash): number => hash % SHARDS
