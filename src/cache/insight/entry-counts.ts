import { examineEach, type ExaminedParts } from "../tag-index/examined-entries"
import { hashOfKey } from "../support/hash"
import type { CacheParts } from "../parts"

/** The most tags whose entries are counted in one call. */
export const MAX_COUNTED_TAGS = 200

/** The number of entries that are read for one tag. */
const SAMPLE = 50

/** The most entries that are read in one call. */
const MAX_SAMPLED = 400

type CountedParts = ExaminedParts & Pick<CacheParts, "index">

/**
 * Counts the entries that a lookup would serve. The tag index also has keys of entries that were cleared, expired or
 * evicted since, and only the entry itself shows that. So a sample of a tag's entries is read and stands for the
 * others; a few dozen are counted exactly.
 *
 * The same keys are chosen for every tag that has them, so that the tags of one list share reads.
 */
export class EntryCounts {
  readonly #parts: CountedParts

  constructor(parts: CountedParts) {
    this.#parts = parts
  }

  /**
   * Counts the entries of each tag. Tags that cannot be counted now, and those after the first 200, are left out.
   * Resolves with undefined when the index is off or Memcached cannot be reached.
   */
  async ofEach(tags: readonly string[]): Promise<Map<string, number> | undefined> {
    const wanted = [...new Set(tags)].slice(0, MAX_COUNTED_TAGS)
    const lists = await this.#parts.index.listsOf(wanted)
    return lists && this.#count(lists)
  }

  /**
   * Counts the entries that have one of the first 200 keys or one of the first 200 tags, each entry once. Resolves with
   * undefined as above, or when one of the tags cannot be counted.
   */
  async ofAny(tags: readonly string[], keys: readonly string[] = []): Promise<number | undefined> {
    const wanted = [...new Set(tags)].slice(0, MAX_COUNTED_TAGS)
    const lists = wanted.length === 0 ? new Map<string, string[]>() : await this.#parts.index.listsOf(wanted)
    if (!lists || lists.size < wanted.length) return undefined
    const named = new Set(keys.slice(0, MAX_COUNTED_TAGS))
    const tagged = [...new Set([...lists.values()].flat())].filter((key) => !named.has(key))
    const sample = sampleOf(tagged, SAMPLE)
    const live = await this.#liveAmong([...named, ...sample])
    return live && [...named].filter((key) => live.has(key)).length + estimate(tagged, sample, live)
  }

  async #count(lists: ReadonlyMap<string, readonly string[]>): Promise<Map<string, number> | undefined> {
    const size = Math.min(SAMPLE, Math.max(1, Math.floor(MAX_SAMPLED / lists.size)))
    const samples = new Map([...lists].map(([tag, keys]) => [tag, sampleOf(keys, size)]))
    const live = await this.#liveAmong([...new Set([...samples.values()].flat())])
    if (!live) return undefined
    return new Map([...lists].map(([tag, keys]) => [tag, estimate(keys, samples.get(tag) ?? [], live)]))
  }

  /** Returns the keys whose entries a lookup would serve. Resolves with undefined when that is unknown. */
  async #liveAmong(keys: readonly string[]): Promise<Set<string> | undefined> {
    const live = new Set<string>()
    for await (const { key, state } of examineEach(this.#parts, keys)) {
      if (state === "unreachable") return undefined
      if (state === "valid") live.add(key)
    }
    return live
  }
}

/** Projects the share of the sample that is live onto all keys. */
function estimate(keys: readonly string[], sample: readonly string[], live: ReadonlySet<string>): number {
  if (sample.length === 0) return 0
  return Math.round((keys.length * sample.filter((key) => live.has(key)).length) / sample.length)
}

/** Returns the keys with the smallest hashes, which are as good as a random choice. */
function sampleOf(keys: readonly string[], size: number): readonly string[] {
  if (keys.length <= size) return keys
  return keys
    .map((key) => ({ key, hash: hashOfKey(key) }))
    .sort((a, b) => a.hash - b.hash)
    .slice(0, size)
    .map(({ key }) => key)
}
