import type { NamedTargets } from "../clear-input"
import type { ClearCause } from "../log/tag-versions"
import { RecentMap } from "../support/recent-map"
import { typeOf } from "../tag-types"
import { MAX_NAME_CHARS } from "./bucket"
import { CLEARED_BY, CLEARS_OF, type Counts, OTHER } from "./counts"
import { EntityCounter, plusOne } from "./entity-counter"

/** The number of types with a counter of their own in this process. A bucket has room for fewer. */
const MAX_ENTITIES = 200
/** The number of tags that are counted between two flushes. */
const MAX_TAGS = 1_000

/**
 * Clears of a tag that follow each other faster are one change: Medusa names an edited product in several events, and
 * this plugin once more when the transaction ends.
 */
const SAME_CHANGE_MS = 1_000

/** The name of a clear of the entry's key. */
const KEY = "key"
/** The name of a clear of everything, or of one that the log no longer knows. */
const EVERYTHING = "*"

/**
 * Counts lookups by type of entity, the clears of tags, and which of them voided entries. An entry counts as one of its
 * first tag's type, which is what the query asked for, and not as one of all that came with it.
 */
export class EntityStatistics {
  readonly #counters = new Map<string, EntityCounter>()
  readonly #clearedBy = new Map<string, number>()
  readonly #clearsOf = new Map<string, number>()
  /** When each name was last cleared. */
  readonly #clearedAt = new RecentMap<string, number>(2 * MAX_TAGS)

  /** Returns the counter of entries with these tags. */
  counterOf([first]: readonly string[]): EntityCounter {
    return this.#counterOfType(first === undefined ? OTHER : shortened(typeOf(first)))
  }

  /** Notes what voided an entry that a lookup has found. */
  blame(counter: EntityCounter, cause: ClearCause, tags: readonly string[]): void {
    const tag = shortened(typeof cause === "string" ? EVERYTHING : cause === 0 ? KEY : (tags[cause - 1] ?? ""))
    if (tag === "") return
    plusOne(this.#clearedBy, tag, MAX_TAGS)
    counter.clearedBy(tag)
  }

  /** Notes a clear. `now` is in milliseconds. */
  cleared({ everything, keys, tags }: NamedTargets, now: number): void {
    if (everything) this.#countClear(EVERYTHING, now)
    if (keys.length > 0) this.#countClear(KEY, now)
    for (let i = 0; i < tags.length && i < MAX_TAGS; i++) this.#countClear(shortened(tags[i] ?? ""), now)
  }

  #countClear(name: string, now: number): void {
    const isSameChange = now - (this.#clearedAt.get(name) ?? -Infinity) < SAME_CHANGE_MS
    this.#clearedAt.set(name, now)
    if (!isSameChange) plusOne(this.#clearsOf, name, MAX_TAGS)
  }

  /** Returns the counts since the last call, types with most lookups first. */
  take(): Counts {
    const all = new Map([...named(CLEARED_BY, this.#clearedBy), ...named(CLEARS_OF, this.#clearsOf)])
    this.#clearedBy.clear()
    this.#clearsOf.clear()
    const used = [...this.#counters].filter(([, { lookups }]) => lookups > 0)
    used.sort(([, a], [, b]) => b.lookups - a.lookups)
    return { all, types: new Map(used.map(([type, counter]) => [type, counter.take()])) }
  }

  #counterOfType(type: string): EntityCounter {
    const known = this.#counters.get(type)
    if (known) return known
    if (this.#counters.size >= MAX_ENTITIES && type !== OTHER) return this.#counterOfType(OTHER)
    const counter = new EntityCounter(type)
    this.#counters.set(type, counter)
    return counter
  }
}

const shortened = (name: string): string =>
  name.length <= MAX_NAME_CHARS ? name : `${name.slice(0, MAX_NAME_CHARS - 1)}…`

const named = (prefix: string, counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].map(([tag, count]) => [prefix + tag, count])
