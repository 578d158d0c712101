import { hashOfTag } from "../support/hash"
import type { ClearHistory } from "./clear-history"
import type { CacheParts } from "../parts"
import type { TagDirectory } from "./tag-directory"
import type { LastCleared, TagRecord } from "./tag-shard"
import { typeOf } from "../tag-types"

export interface KnownTag {
  readonly tag: string
  /** The type of entity: the part before the colon. */
  readonly entity: string
  /** The version of its last clear, or of the last clear of everything. Null when the log no longer knows one. */
  readonly version: number | null
  readonly lastCleared: LastCleared | null
  /** Hits of entries with this tag, since the tag became known. */
  readonly hits: number
  /** When an entry with this tag was last stored or hit. */
  readonly lastSeenAtMs: number
}

export interface KnownTagList {
  readonly tags: KnownTag[]
  /** False when not all tags could be read. The others are then as this process last saw them. */
  readonly complete: boolean
  /** Whether there were recently more tags than the tag directory keeps. */
  readonly truncated: boolean
}

/** The age up to which a list is reused, so that many open pages cost one reading. */
const LIST_AGE_MS = 2_000

/** Combines what the tag directory, the log and the tag index know about tags. Nothing rejects. */
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

  /** Returns all known tags, in no order, at most 16,384. The list is up to two seconds old. */
  list(): Promise<KnownTagList> {
    const now = this.#parts.runtime.elapsed()
    if (!this.#list || now - this.#listedAt >= LIST_AGE_MS) {
      this.#listedAt = now
      this.#list = this.#read()
    }
    return this.#list.then((list) => ({ ...list, tags: [...list.tags] }))
  }

  /** Returns undefined for an unknown tag. There may still be entries with it. */
  async find(tag: string): Promise<KnownTag | undefined> {
    const [record, clearedAll] = await Promise.all([this.#directory.find(hashOfTag(tag)), this.#lastClearOfAll()])
    // Two tags may have the same hash.
    return record?.tag === tag ? this.#known(record, clearedAll) : undefined
  }

  /** Returns keys of entries that may carry one of the tags. Best effort. */
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
