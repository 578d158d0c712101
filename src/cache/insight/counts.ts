import { sumOf } from "../support/figure"
import { NOTHING_COUNTED, type StatisticsSnapshot } from "./statistics"

/** Counts by name: `hits`, `misses.absent`, `clearedBy.Product:list:*`. Zeros are left out. */
export type Tally = ReadonlyMap<string, number>

/**
 * What was counted in some time. Immutable. A new kind of count only needs a name; it is then shared and summed like
 * the others.
 */
export interface Counts {
  readonly all: Tally
  /** Counts by type of entity. A lookup of an entry with tags of several types counts once for each. */
  readonly types: ReadonlyMap<string, Tally>
}

export const NOTHING: Counts = { all: new Map(), types: new Map() }

/** The type that collects all types for which there is no room. */
export const OTHER = "other"

/** The prefix of a tag whose clear voided an entry that was found. */
export const CLEARED_BY = "clearedBy."

/** The prefix of a tag that was cleared, whether or not an entry had it. */
export const CLEARS_OF = "clearsOf."

export function sumOfCounts(parts: readonly Counts[]): Counts {
  const types = new Map<string, Map<string, number>>()
  for (const part of parts) for (const [type, tally] of part.types) addTo(valueOf(types, type), tally)
  return { all: sumOfTallies(parts.map(({ all }) => all)), types }
}

export function sumOfTallies(tallies: readonly Tally[]): Tally {
  const sum = new Map<string, number>()
  for (const tally of tallies) addTo(sum, tally)
  return sum
}

export interface CountLimits {
  readonly types: number
  readonly tags: number
  readonly tagsPerType: number
}

/**
 * Applies limits. Types beyond the limit become "other", so that the figures of a kept type are complete. Of the tags
 * the smallest are dropped, so that a tag's count may be too low, but never too high.
 */
export function limited({ all, types }: Counts, limits: CountLimits): Counts {
  const kept = new Map<string, Map<string, number>>()
  for (const [type, tally] of types) {
    const hasPlace = type !== OTHER && kept.size - Number(kept.has(OTHER)) < limits.types
    addTo(valueOf(kept, hasPlace ? type : OTHER), tally)
  }
  return {
    all: withTopTags(all, limits.tags),
    types: new Map([...kept].map(([type, tally]) => [type, withTopTags(tally, limits.tagsPerType)])),
  }
}

interface ClearingTag {
  readonly tag: string
  /** The number of lookups that found an entry voided by a clear of this tag. */
  readonly count: number
}

/** Returns the tags whose clears voided entries, in descending order of counts. */
export function clearingTagsIn(tally: Tally): ClearingTag[] {
  const named = [...tally].filter(([name]) => name.startsWith(CLEARED_BY))
  return named.map(([name, count]) => ({ tag: name.slice(CLEARED_BY.length), count })).sort((a, b) => b.count - a.count)
}

/** Returns what was counted between two snapshots. */
export function tallyBetween(earlier: StatisticsSnapshot, later: StatisticsSnapshot): Map<string, number> {
  const before = new Map(flat(earlier))
  const counted = flat(later).map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
  return new Map(counted.filter(([, count]) => count !== 0))
}

export const snapshotOf = (tally: Tally): StatisticsSnapshot => filled(NOTHING_COUNTED, tally)

export const sumOfSnapshots = (all: readonly StatisticsSnapshot[]): StatisticsSnapshot =>
  snapshotOf(sumOfTallies(all.map((snapshot) => new Map(flat(snapshot)))))

/** Returns the counters of `Statistics` and nothing else. */
export const countersIn = (tally: Tally): Tally => tallyBetween(NOTHING_COUNTED, snapshotOf(tally))

/** The shape of a snapshot: nested records of numbers. A new counter needs no line here. */
type Counters = { readonly [name: string]: number | Counters }

function flat(counters: object, prefix = ""): [name: string, count: number][] {
  return Object.entries(counters as Counters).flatMap(([name, value]): [string, number][] =>
    typeof value === "number" ? [[prefix + name, value]] : flat(value, `${prefix}${name}.`)
  )
}

/** Returns an object of the shape of `like`, with the numbers of the tally. */
function filled<T extends object>(like: T, tally: Tally, prefix = ""): T {
  const entries = Object.entries(like as Counters).map(([name, value]): [string, number | Counters] => [
    name,
    typeof value === "number" ? (tally.get(prefix + name) ?? 0) : filled(value, tally, `${prefix}${name}.`),
  ])
  // The names are those of `like`, so the type is the same.
  return Object.fromEntries(entries) as T
}

function addTo(sum: Map<string, number>, tally: Tally): void {
  for (const [name, count] of tally) sum.set(name, sumOf(sum.get(name) ?? 0, count))
}

function valueOf(types: Map<string, Map<string, number>>, type: string): Map<string, number> {
  const known = types.get(type) ?? new Map<string, number>()
  types.set(type, known)
  return known
}

/** Keeps the tags that voided most entries, and the numbers of clears of those and of the tags that were cleared most. */
function withTopTags(tally: Tally, limit: number): Tally {
  const clearing = clearingTagsIn(tally).map(({ tag }) => tag)
  const cleared = [...tally].filter(([name]) => name.startsWith(CLEARS_OF))
  if (clearing.length <= limit && cleared.length <= limit) return tally
  const kept = new Set(clearing.slice(0, limit))
  const rank = ([name, count]: readonly [string, number]): number =>
    kept.has(name.slice(CLEARS_OF.length)) ? Infinity : count
  const dropped = new Set([
    ...clearing.slice(limit).map((tag) => CLEARED_BY + tag),
    ...cleared
      .sort((a, b) => rank(b) - rank(a))
      .slice(limit)
      .map(([name]) => name),
  ])
  return new Map([...tally].filter(([name]) => !dropped.has(name)))
}
