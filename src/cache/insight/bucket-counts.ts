import { sumOf } from "../figure"
import { Statistics, type StatisticsSnapshot } from "./statistics"

export interface EntityCounts {
  readonly lookups: number
  readonly hits: number
  /** Lookups that found an entry of this type void. */
  readonly cleared: number
  /** How often by the clear of which tag. */
  readonly clearedBy: ReadonlyMap<string, number>
}

/** What was counted in one bucket of time. Never changed once it is made. */
export interface BucketCounts {
  readonly counters: StatisticsSnapshot
  readonly entities: ReadonlyMap<string, EntityCounts>
  /** Lookups that found an entry void, by the tag whose clear voided it. */
  readonly clearingTags: ReadonlyMap<string, number>
}

export const NOTHING_COUNTED: BucketCounts = {
  counters: new Statistics().snapshot(),
  entities: new Map(),
  clearingTags: new Map(),
}

/** Where the types go that there is no room for. */
export const OTHER = "other"

/** Longer names are cut, so that a bucket stays small. */
export const MAX_NAME_CHARS = 100

const MAX_ENTITIES = 24
const MAX_TAGS_PER_ENTITY = 5
/** Twice as many as are shown: one that rises late has a chance to. */
const MAX_TAGS = 40

/**
 * The sum. Bounded: of more than 24 types the later and smaller ones become "other", and of more than 40 tags the
 * smallest are dropped, so that what is said of a tag is never too much and may be too little.
 */
export function addCounts(a: BucketCounts, b: BucketCounts): BucketCounts {
  return {
    counters: addSnapshots(a.counters, b.counters),
    entities: addEntities(a.entities, b.entities),
    clearingTags: mostOf(addTags(a.clearingTags, b.clearingTags), MAX_TAGS),
  }
}

export const isNothing = ({ counters, entities, clearingTags }: BucketCounts): boolean =>
  entities.size === 0 && clearingTags.size === 0 && counterPaths(counters).every(([, count]) => count === 0)

/** Traffic without anything else is not worth telling: it may be the traffic of telling. */
export function isWorthTelling({ counters, entities }: BucketCounts): boolean {
  return (
    entities.size > 0 ||
    counterPaths(counters).some(([path, n]) => n !== 0 && path !== "roundTrips" && path !== "errors")
  )
}

/** The largest ones, largest first. */
export function mostOf(counts: ReadonlyMap<string, number>, limit: number): Map<string, number> {
  return new Map([...counts].sort(([, a], [, b]) => b - a).slice(0, limit))
}

function addTags(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  const sum = new Map(a)
  for (const [tag, count] of b) sum.set(tag, sumOf(sum.get(tag) ?? 0, count))
  return sum
}

function addEntities(
  a: ReadonlyMap<string, EntityCounts>,
  b: ReadonlyMap<string, EntityCounts>
): Map<string, EntityCounts> {
  const sum = new Map(a)
  const add = (name: string, counts: EntityCounts): void => {
    const known = sum.get(name)
    sum.set(name, {
      lookups: sumOf(known?.lookups ?? 0, counts.lookups),
      hits: sumOf(known?.hits ?? 0, counts.hits),
      cleared: sumOf(known?.cleared ?? 0, counts.cleared),
      clearedBy: mostOf(addTags(known?.clearedBy ?? new Map(), counts.clearedBy), MAX_TAGS_PER_ENTITY),
    })
  }
  // Who has a place keeps it, so that its figures are whole.
  let room = MAX_ENTITIES - [...a.keys()].filter((name) => name !== OTHER).length
  for (const [name, counts] of [...b].sort(([, x], [, y]) => y.lookups - x.lookups)) {
    if (name === OTHER || sum.has(name)) add(name, counts)
    else if (room-- > 0) add(name, counts)
    else add(OTHER, counts)
  }
  return sum
}

/**
 * Counters are nested records of numbers. These work on any such shape, so that a new counter is added, subtracted and
 * shared without another line of code.
 */
type Counters = { readonly [name: string]: number | Counters }

export const addSnapshots = <T extends object>(a: T, b: T): T => combined(a, b, sumOf)

/** What was counted between two snapshots. */
export const subtractSnapshots = <T extends object>(later: T, earlier: T): T =>
  combined(later, earlier, (x, y) => x - y)

/** `hits` or `misses.absent` with its number, in the order of the shape. */
export function counterPaths(snapshot: object, prefix = ""): [path: string, count: number][] {
  return Object.entries(snapshot as Counters).flatMap(([name, value]): [string, number][] =>
    typeof value === "number" ? [[prefix + name, value]] : counterPaths(value, `${prefix}${name}.`)
  )
}

/** The shape of `like`, with the numbers of the paths; 0 where there is none. */
export function fromCounterPaths<T extends object>(like: T, countOf: (path: string) => number, prefix = ""): T {
  const entries = Object.entries(like as Counters).map(([name, value]): [string, number | Counters] => [
    name,
    typeof value === "number" ? countOf(prefix + name) : fromCounterPaths(value, countOf, `${prefix}${name}.`),
  ])
  // The same names as in `like`, so the same type.
  return Object.fromEntries(entries) as T
}

function combined<T extends object>(a: T, b: T, combine: (x: number, y: number) => number): T {
  const others = b as Counters
  const entries = Object.entries(a as Counters).map(([name, value]): [string, number | Counters] => {
    const other = others[name]
    if (typeof value === "number") return [name, combine(value, typeof other === "number" ? other : 0)]
    return [name, combined<Counters>(value, typeof other === "object" ? other : {}, combine)]
  })
  return Object.fromEntries(entries) as T
}
