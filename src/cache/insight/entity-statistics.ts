import type { NamedTargets } from "../clear-input"
import type { ClearCause } from "../log/tag-versions"
import { typeOf } from "../tag-types"
import { MAX_NAME_CHARS } from "./bucket"
import { CLEARED_BY, CLEARS_OF, type Counts, OTHER } from "./counts"
import { EntityCounter, plusOne } from "./entity-counter"

/** The number of types with a counter of their own in this process. A bucket has room for fewer. */
const MAX_ENTITIES = 200
/** The number of tags that are counted between two flushes. */
const MAX_TAGS = 1_000

/** The name of a clear of the entry's key. */
const KEY = "key"
/** The name of a clear of everything, or of one that the log no longer knows. */
const EVERYTHING = "*"

/**
 * Counts lookups by type of entity, the clears of tags, and which of them voided entries. An entry counts as one of its
 * first tag's type: Medusa names what a query asks for first, and what comes with it afterwards.
 */
export class EntityStatistics {
  readonly #counters = new Map<string, EntityCounter>()
  readonly #clearedBy = new Map<string, number>()
  readonly #clearsOf = new Map<string, number>()

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

  /** Notes a clear. */
  cleared({ everything, keys, tags }: NamedTargets): void {
    if (everything) plusOne(this.#clearsOf, EVERYTHING, MAX_TAGS)
    if (keys.length > 0) plusOne(this.#clearsOf, KEY, MAX_TAGS)
    for (const tag of tags) plusOne(this.#clearsOf, shortened(tag), MAX_TAGS)
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
    const counter = new EntityCounter()
    this.#counters.set(type, counter)
    return counter
  }
}

const shortened = (name: string): string =>
  name.length <= MAX_NAME_CHARS ? name : `${name.slice(0, MAX_NAME_CHARS - 1)}…`

const named = (prefix: string, counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].map(([tag, count]) => [prefix + tag, count])
