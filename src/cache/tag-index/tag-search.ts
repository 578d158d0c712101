import { type Hash, hashOfTag } from "../support/hash"
import { addLast, idOf, type IndexedEntry, type IndexShard, type NamedKey, shardOf, shardOfId } from "./index-shard"
import { nextTurn, type Runtime } from "../support/runtime"

/** Tags of one shard whose keys are looked for together. */
export interface TagGroup {
  readonly shard: number
  readonly tags: readonly Hash[]
}

/** What a search has found for a group. */
export interface FoundKeys {
  /** The keys that may carry one of the tags, each once, those that were stored last at the end. */
  readonly keys: readonly NamedKey[]
  /** Whether all shards could be read that tell of them. */
  readonly isWhole: boolean
}

interface SearchParts {
  readonly runtime: Runtime
  /** Reads shards in one write to each server. Undefined for one that cannot be read. */
  readonly read: (shards: readonly number[]) => Promise<readonly (IndexShard | undefined)[]>
  /** Whether nobody waits for the result any more. */
  readonly isOver: () => boolean
}

/** The number of shards that are read at once, so that not all arrive in one turn. By default they have 1 MB. */
const READ_AT_ONCE = 8

export const groupOf = (tag: string): TagGroup => {
  const hash = hashOfTag(tag)
  return { shard: shardOf(hash), tags: [hash] }
}

/** Puts the tags of each shard into one group. */
export function groupsOf(tags: readonly string[]): TagGroup[] {
  const groups = new Map<number, Set<Hash>>()
  for (const hash of tags.map(hashOfTag)) {
    const shard = shardOf(hash)
    groups.set(shard, (groups.get(shard) ?? new Set()).add(hash))
  }
  return [...groups].map(([shard, hashes]) => ({ shard, tags: [...hashes] }))
}

/** One search in the tag index. It reads each shard once, and lets other work have its turn after each part. */
export class TagSearch {
  readonly #parts: SearchParts
  readonly #shards = new Map<number, IndexShard>()
  /** Ids by the shard that names them. */
  readonly #unnamed = new Map<number, Set<string>>()
  readonly #named = new Map<string, NamedKey>()

  constructor(parts: SearchParts) {
    this.#parts = parts
  }

  /** Finds the keys of each group. `unwritten` are entries that Memcached may not know yet. */
  async find(groups: readonly TagGroup[], unwritten: readonly IndexedEntry[]): Promise<FoundKeys[]> {
    const ids = await this.#idsOf(groups)
    await this.#name()
    this.#include(unwritten, groups, ids)
    const found: FoundKeys[] = []
    for (const [i, { shard }] of groups.entries()) {
      const its = [...(ids[i] ?? [])]
      const isWhole =
        this.#shards.has(shard) && its.every((id) => this.#named.has(id) || this.#shards.has(shardOfId(id)))
      found.push({ keys: its.flatMap((id) => this.#named.get(id) ?? []), isWhole })
      await nextTurn(this.#parts.runtime)
    }
    return found
  }

  async #idsOf(groups: readonly TagGroup[]): Promise<Set<string>[]> {
    await this.#load(groups.map(({ shard }) => shard))
    const found: Set<string>[] = []
    for (const { shard, tags } of groups) {
      const ids = this.#shards.get(shard)?.idsWith(tags) ?? new Set()
      found.push(ids)
      for (const id of ids) {
        const naming = shardOfId(id)
        this.#unnamed.set(naming, (this.#unnamed.get(naming) ?? new Set()).add(id))
      }
      await nextTurn(this.#parts.runtime)
    }
    return found
  }

  /** Reads what the keys are called whose ids were found. */
  async #name(): Promise<void> {
    await this.#load(this.#unnamed.keys())
    for (const [shard, ids] of this.#unnamed) {
      for (const id of ids) {
        const named = this.#shards.get(shard)?.keyOf(id)
        if (named) this.#named.set(id, named)
      }
      await nextTurn(this.#parts.runtime)
    }
  }

  #include(unwritten: readonly IndexedEntry[], groups: readonly TagGroup[], ids: readonly Set<string>[]): void {
    const idsByTag = new Map(groups.flatMap(({ tags }, i) => tags.map((tag) => [tag, ids[i]])))
    for (const entry of unwritten) {
      const [key = 0, ...tags] = entry.hashes
      const id = idOf(key)
      for (const tag of tags) {
        const its = idsByTag.get(tag)
        if (!its) continue
        addLast(its, id)
        this.#named.set(id, entry)
      }
    }
  }

  async #load(shards: Iterable<number>): Promise<void> {
    const unread = [...new Set(shards)].filter((shard) => !this.#shards.has(shard))
    for (let start = 0; start < unread.length && !this.#parts.isOver(); start += READ_AT_ONCE) {
      const some = unread.slice(start, start + READ_AT_ONCE)
      const read = await this.#parts.read(some)
      some.forEach((shard, i) => {
        const content = read[i]
        if (content) this.#shards.set(shard, content)
      })
      await nextTurn(this.#parts.runtime)
    }
  }
}

/** Returns the keys that are last in their lists, those of each list in turn, each once and `count` at most. */
export function lastOfEach(lists: readonly (readonly string[])[], count: number): string[] {
  const found = new Set<string>()
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  for (let fromEnd = 1; fromEnd <= longest && found.size < count; fromEnd++) {
    for (const list of lists) {
      const last = list.at(-fromEnd)
      if (last !== undefined) found.add(last)
    }
  }
  return [...found].slice(0, count)
}
