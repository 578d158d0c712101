import { sumOf } from "../figure"
import { NOTHING_COUNTED, type StatisticsSnapshot } from "./statistics"

/** How often something happened, by its name: `hits`, `misses.absent`, `clearedBy.Product:list:*`. Without zeros. */
export type Tally = ReadonlyMap<string, number>

/**
 * What was counted in some time. Never changed once it is made. Who counts something new gives it a name; it is shared and
 * summed like the rest.
 */
export interface Counts {
  readonly all: Tally
  /** By type of entity. A lookup of an entry with tags of several types counts once for each. */
  readonly types: ReadonlyMap<string, Tally>
}

export const NOTHING: Counts = { all: new Map(), types: new Map() }

/** Where the types go that there is no room for. */
export const OTHER = "other"

/** The type of entity that a tag names: what stands before the colon, or all of it. */
export const typeOf = (tag: string): string => tag.split(":", 1)[0] ?? tag

/** Stands before the tag whose clear voided the entry that was found. */
export const CLEARED_BY = "clearedBy."

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
 * Of more types the later ones become "other", so that the figures of one that has a place are whole; of more tags the smallest
 * are dropped, so that what is said of a tag is never too much and may be too little.
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

/** The tags whose clears voided most, most first. */
export function clearingTagsIn(tally: Tally): { readonly tag: string; readonly count: number }[] {
  const named = [...tally].filter(([name]) => name.startsWith(CLEARED_BY))
  return named.map(([name, count]) => ({ tag: name.slice(CLEARED_BY.length), count })).sort((a, b) => b.count - a.count)
}

/** What was counted between two snapshots. */
export function tallyBetween(earlier: StatisticsSnapshot, later: StatisticsSnapshot): Map<string, number> {
  const before = new Map(flat(earlier))
  const counted = flat(later).map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
  return new Map(counted.filter(([, count]) => count !== 0))
}

export const snapshotOf = (tally: Tally): StatisticsSnapshot => filled(NOTHING_COUNTED, tally)

export const sumOfSnapshots = (all: readonly StatisticsSnapshot[]): StatisticsSnapshot =>
  snapshotOf(sumOfTallies(all.map((snapshot) => new Map(flat(snapshot)))))

/** The counters of `Statistics`, and nothing else. */
export const countersIn = (tally: Tally): Tally => tallyBetween(NOTHING_COUNTED, snapshotOf(tally))

/** A snapshot is nested records of numbers, so that a new counter needs no line here. */
type Counters = { readonly [name: string]: number | Counters }

function flat(counters: object, prefix = ""): [name: string, count: number][] {
  return Object.entries(counters as Counters).flatMap(([name, value]): [string, number][] =>
    typeof value === "number" ? [[prefix + name, value]] : flat(value, `${prefix}${name}.`)
  )
}

/** The shape of `like`, with the numbers of the tally. */
function filled<T extends object>(like: T, tally: Tally, prefix = ""): T {
  const entries = Object.entries(like as Counters).map(([name, value]): [string, number | Counters] => [
    name,
    typeof value === "number" ? (tally.get(prefix + name) ?? 0) : filled(value, tally, `${prefix}${name}.`),
  ])
  // The same names as in `like`, so the same type.
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

function withTopTags(tally: Tally, limit: number): Tally {
  const dropped = clearingTagsIn(tally).slice(limit)
  if (dropped.length === 0) return tally
  const names = new Set(dropped.map(({ tag }) => CLEARED_BY + tag))
  return new Map([...tally].filter(([name]) => !names.has(name)))
}
