import type { Entry } from "../codec/entry"
import type { Hash } from "../hash"
import type { ClearCause } from "../log/tag-versions"
import { RecentMap } from "../recent-map"
import { MAX_NAME_CHARS } from "./bucket"
import { typesOf } from "../tag-types"
import { CLEARED_BY, type Counts, OTHER, type Tally } from "./counts"

/** Counts since the last `take`, for one type that this process has seen. */
interface EntityCounter {
  readonly entity: string
  lookups: number
  hits: number
  cleared: number
  readonly clearedBy: Map<string, number>
}

/** The counters of an entry's types. Entries with the same types share one list. */
type EntityCounters = readonly EntityCounter[]

interface EntityStatisticsOptions {
  /**
   * Returns the names of an entry's tags, in the order of its hashes. It may be slow, and is only called for unknown
   * entries.
   */
  readonly tagsOf: (entry: Entry) => readonly string[] | Promise<readonly string[]>
  readonly enabled: boolean
}

/** The number of types with a counter of their own in this process. A bucket has room for fewer. */
const MAX_ENTITIES = 200
const MAX_COMBINATIONS = 2_000
/** The number of keys whose types are remembered: about the entries of a large shop. */
const MAX_KEYS = 20_000
/** The number of tags that are counted between two flushes. */
const MAX_TAGS = 1_000
const MAX_TAGS_PER_ENTITY = 100

/** The cause of a clear of the entry's key. */
const KEY = "key"
/** The cause of a clear of everything, or of one that the log no longer knows. */
const EVERYTHING = "*"

/**
 * Counts lookups by type of entity, and the clears that voided their entries. A lookup knows a key and no tags, so the
 * types of each key are remembered, from its set or from the tags of the entry at its first hit. A miss of an unknown
 * key counts once the key is stored. The counts of types are therefore a little below the totals.
 */
export class EntityStatistics {
  readonly #options: EntityStatisticsOptions
  readonly #types = new RecentMap<Hash, EntityCounters>(MAX_KEYS)
  /** Misses of keys whose types are unknown. */
  readonly #misses = new RecentMap<Hash, number>(MAX_KEYS)
  readonly #combinations = new Map<string, EntityCounters>()
  readonly #counters = new Map<string, EntityCounter>()
  readonly #clearingTags = new Map<string, number>()

  constructor(options: EntityStatisticsOptions) {
    this.#options = options
  }

  /** The number of keys whose types are remembered, at most 20,000. */
  get size(): number {
    return this.#types.size
  }

  /** Notes an entry that is going to be served. Its bytes are valid during this call only. */
  served(entry: Entry): void {
    const key = entry.hashAt(0)
    if (!this.#options.enabled || this.#types.get(key)) return
    const tags = this.#options.tagsOf(entry)
    if (isList(tags)) this.#learn(key, typesOf(tags))
    else void tags.then((names) => this.#learn(key, typesOf(names)))
  }

  hit(key: Hash): void {
    const counters = this.#types.get(key)
    if (!counters) return
    for (const counter of counters) {
      counter.lookups += 1
      counter.hits += 1
    }
  }

  missed(key: Hash): void {
    if (!this.#options.enabled) return
    const counters = this.#types.get(key)
    if (counters) for (const counter of counters) counter.lookups += 1
    else this.#misses.set(key, (this.#misses.get(key) ?? 0) + 1)
  }

  /**
   * Notes what voided an entry. Call it before `missed`. Unpacking the names costs little compared to the load that
   * follows.
   */
  cleared(entry: Entry, cause: ClearCause): void {
    if (!this.#options.enabled) return
    const key = entry.hashAt(0)
    const tags = this.#options.tagsOf(entry)
    if (isList(tags)) this.#blame(key, tags, cause)
    else void tags.then((names) => this.#blame(key, names, cause))
  }

  /** Notes an entry that has been stored, with the types of its tags, each once and in order. */
  stored(key: Hash, types: readonly string[]): void {
    if (this.#options.enabled) this.#learn(key, types)
  }

  /** Returns the counts since the last call, types with most lookups first. */
  take(): Counts {
    const all = withCauses([], this.#clearingTags)
    const used = [...this.#counters.values()].filter(({ lookups, cleared }) => lookups > 0 || cleared > 0)
    const types = used
      .sort((a, b) => b.lookups - a.lookups)
      .map(({ entity, clearedBy, ...counted }) => {
        const tally = Object.entries(counted).filter(([, count]) => count > 0)
        return [entity, withCauses(tally, clearedBy)] as const
      })
    for (const counter of used) {
      counter.lookups = counter.hits = counter.cleared = 0
      counter.clearedBy.clear()
    }
    this.#clearingTags.clear()
    return { all, types: new Map(types) }
  }

  #learn(key: Hash, types: readonly string[]): void {
    const counters = this.#countersOf(types)
    this.#types.set(key, counters)
    const misses = this.#misses.get(key) ?? 0
    if (misses === 0) return
    this.#misses.delete(key)
    for (const counter of counters) counter.lookups += misses
  }

  #blame(key: Hash, tags: readonly string[], cause: ClearCause): void {
    const types = typesOf(tags)
    if (!this.#types.get(key)) this.#learn(key, types)
    const tag = shortened(typeof cause === "string" ? EVERYTHING : cause === 0 ? KEY : (tags[cause - 1] ?? ""))
    if (tag === "") return
    plusOne(this.#clearingTags, tag, MAX_TAGS)
    for (const counter of this.#countersOf(types)) {
      counter.cleared += 1
      plusOne(counter.clearedBy, tag, MAX_TAGS_PER_ENTITY)
    }
  }

  #countersOf(types: readonly string[]): EntityCounters {
    const entities = types.map(shortened)
    const name = entities.join("\n")
    const known = this.#combinations.get(name)
    if (known) return known
    const counters = [...new Set(entities.map((entity) => this.#counterOf(entity)))]
    if (this.#combinations.size < MAX_COMBINATIONS) this.#combinations.set(name, counters)
    return counters
  }

  #counterOf(entity: string): EntityCounter {
    const known = this.#counters.get(entity)
    if (known) return known
    if (this.#counters.size >= MAX_ENTITIES && entity !== OTHER) return this.#counterOf(OTHER)
    const counter = { entity, lookups: 0, hits: 0, cleared: 0, clearedBy: new Map<string, number>() }
    this.#counters.set(entity, counter)
    return counter
  }
}

const shortened = (name: string): string =>
  name.length <= MAX_NAME_CHARS ? name : `${name.slice(0, MAX_NAME_CHARS - 1)}…`

function plusOne(counts: Map<string, number>, tag: string, limit: number): void {
  const count = counts.get(tag) ?? 0
  if (count > 0 || counts.size < limit) counts.set(tag, count + 1)
}

const withCauses = (tally: readonly (readonly [string, number])[], tags: ReadonlyMap<string, number>): Tally =>
  new Map([...tally, ...[...tags].map(([tag, count]) => [CLEARED_BY + tag, count] as const)])

/** Array.isArray does not narrow a readonly list. */
const isList = (tags: readonly string[] | Promise<readonly string[]>): tags is readonly string[] => Array.isArray(tags)
