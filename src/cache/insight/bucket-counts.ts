import { sumOf } from "../figure"
import { addSnapshots, counterPaths } from "./snapshots"
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
