import { hashOfTag } from "../hash"
import type { ClearHistory } from "./clear-history"
import { typeOf } from "./counts"
import type { CacheParts } from "../parts"
import type { TagDirectory } from "./tag-directory"
import type { LastCleared, TagRecord } from "./tag-shard"

export interface KnownTag {
  readonly tag: string
  /** Its type: what stands before the colon. */
  readonly entity: string
  /** Version in the log of its last clear, or of the last clear of everything; null when the log no longer knows one. */
  readonly version: number | null
  readonly lastCleared: LastCleared | null
  /** Hits of entries that carry it, since the tag is known. */
  readonly hits: number
  /** An entry with it was stored, or hit. */
  readonly lastSeenAtMs: number
}

export interface KnownTagList {
  readonly tags: KnownTag[]
  /** false: Memcached could not be asked for all of them; the others are as this process last saw them. */
  readonly complete: boolean
  /** There were more tags of late than the tag directory keeps. */
  readonly truncated: boolean
}

/** A page that many look at costs one reading in this time. */
const LIST_AGE_MS = 2_000

/** What can be told of the tags: from the tag directory, the log and the tag index. Nothing rejects. */
export class KnownTags {
  readonly #parts: Pick<CacheParts, "runtime" | "log" | "index">
  readonly #directory: TagDirectory
  readonly #clears: ClearHistory
  #listedAt = -Infinity
  #list: Promise<KnownTagList> | undefined

  constructor(parts: Pick<CacheParts, "runtime" | "log" | "index">, directory: TagDirectory, clears: ClearHistory) {
    this.#parts = parts
    this.#directory = directory
    this.#clears = clears
  }

  /** All that are known, in no order, at most 16,384; two seconds old at most. */
  list(): Promise<KnownTagList> {
    const now = this.#parts.runtime.elapsed()
    if (!this.#list || now - this.#listedAt >= LIST_AGE_MS) {
      this.#listedAt = now
      this.#list = this.#read()
    }
    return this.#list.then((list) => ({ ...list, tags: [...list.tags] }))
  }

  /** undefined: not known, which says nothing about whether there are entries with it. */
  async find(tag: string): Promise<KnownTag | undefined> {
    const [record, clearedAll] = await Promise.all([this.#directory.find(hashOfTag(tag)), this.#lastClearOfAll()])
    // Two tags may have one hash.
    return record?.tag === tag ? this.#known(record, clearedAll) : undefined
  }

  /** Keys of entries that may carry one of the tags. Best effort. */
  keysOf(tags: readonly string[]): Promise<string[]> {
    return this.#parts.index.keysOf(tags)
  }

  async #read(): Promise<KnownTagList> {
    const [{ records, complete, truncated }, clearedAll] = await Promise.all([
      this.#directory.list(),
      this.#lastClearOfAll(),
    ])
    return { tags: records.map((record) => this.#known(record, clearedAll)), complete, truncated }
  }

  async #lastClearOfAll(): Promise<LastCleared | null> {
    const { clears } = await this.#clears.recent()
    const line = clears.find(({ everything }) => everything)
    return line ? { atMs: line.atMs, origin: line.origin, actorId: line.actorId } : null
  }

  #known({ tag, seenAt, hits, cleared }: TagRecord, clearedAll: LastCleared | null): KnownTag {
    return {
      tag,
      entity: typeOf(tag),
      version: this.#parts.log.lastClearOf(hashOfTag(tag)) ?? null,
      lastCleared: clearedAll && clearedAll.atMs > (cleared?.atMs ?? 0) ? clearedAll : cleared,
      hits,
      lastSeenAtMs: seenAt * 1000,
    }
  }
}
