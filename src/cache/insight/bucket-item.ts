import { isFigure } from "../figure"
import {
  type BucketCounts,
  counterPaths,
  type EntityCounts,
  fromCounterPaths,
  MAX_NAME_CHARS,
  mostOf,
  NOTHING_COUNTED,
} from "./bucket-counts"
import type { StatisticsSnapshot } from "./statistics"

/** A bucket as it lies in Memcached, added up over the processes. */
export interface Bucket {
  readonly counts: BucketCounts
  /** The last flush of each process that is in the counts; newest process last. */
  readonly applied: ReadonlyMap<string, number>
}

export const EMPTY_BUCKET: Bucket = { counts: NOTHING_COUNTED, applied: new Map() }

/** JSON, without zeros. Short names: there are 600 of these. */
interface BucketItem {
  readonly v: number
  /** Processes and their last flush. */
  readonly p: readonly (readonly [process: string, flush: number])[]
  /** Counters by path. */
  readonly c: Readonly<Record<string, number>>
  readonly e: readonly EntityItem[]
  readonly t: TagItem
}

type TagItem = readonly (readonly [tag: string, count: number])[]
type EntityItem = readonly [entity: string, lookups: number, hits: number, cleared: number, by: TagItem]

const VERSION = 1

/** Far below the 64 KB that a shared item may have: all buckets of all ranges stay below 10 MB. */
export const MAX_BUCKET_BYTES = 16 * 1024

/** Of more processes in one bucket the longest silent ones are forgotten: they have no flush in doubt any more. */
export const MAX_PROCESSES = 64

/** Tags that are left, over all and per type, when the item is too large. */
const CUTS = [
  [40, 5],
  [20, 3],
  [10, 1],
  [0, 0],
] as const

/** At most 16 KB, if need be at the cost of tags, and of types whose names are no names; never of the counters. */
export function encodeBucket({ counts, applied }: Bucket): BucketItem {
  const p = [...applied].slice(-MAX_PROCESSES)
  const c = Object.fromEntries(counterPaths(counts.counters).filter(([, count]) => count !== 0))
  const candidates = CUTS.map(([tags, perEntity]) => (): BucketItem => ({
    v: VERSION,
    p,
    c,
    e: [...counts.entities].map(([name, { lookups, hits, cleared, clearedBy }]) => [
      name,
      lookups,
      hits,
      cleared,
      [...mostOf(clearedBy, perEntity)],
    ]),
    t: [...mostOf(counts.clearingTags, tags)],
  }))
  for (const candidate of candidates) {
    const item = candidate()
    if (Buffer.byteLength(JSON.stringify(item)) <= MAX_BUCKET_BYTES) return item
  }
  return { v: VERSION, p, c, e: [], t: [] }
}

/**
 * "newer": of a version that this one does not know, and must leave alone. What is damaged is as good as empty, and what cannot
 * have been counted is damaged: whoever can write to Memcached can write any number.
 */
export function decodeBucket(item: unknown): Bucket | "newer" {
  if (typeof item !== "object" || item === null) return EMPTY_BUCKET
  const { v, p, c, e, t } = item as Partial<Record<keyof BucketItem, unknown>>
  if (v !== VERSION) return typeof v === "number" ? "newer" : EMPTY_BUCKET
  return {
    applied: new Map(pairsOf(p)),
    counts: {
      counters: countersOf(new Map(Object.entries(typeof c === "object" && c !== null ? c : {}))),
      entities: new Map(rowsOf(e).flatMap(entityOf)),
      clearingTags: new Map(pairsOf(t)),
    },
  }
}

/** With one that is none, the others are no better: they would not fit together. */
function countersOf(stored: ReadonlyMap<string, unknown>): StatisticsSnapshot {
  const isSound = counterPaths(NOTHING_COUNTED.counters).every(([path]) => isFigure(stored.get(path) ?? 0))
  // Not even made into a number: of an object, that is code of its own.
  if (!isSound) return NOTHING_COUNTED.counters
  const counters = fromCounterPaths(NOTHING_COUNTED.counters, (path) => Number(stored.get(path) ?? 0))
  return counters.hits <= counters.lookups ? counters : NOTHING_COUNTED.counters
}

function entityOf(row: readonly unknown[]): [string, EntityCounts][] {
  const [name, lookups, hits, cleared, by] = row
  if (!isName(name) || !isFigure(lookups) || !isFigure(hits) || !isFigure(cleared) || hits > lookups) return []
  return [[name, { lookups, hits, cleared, clearedBy: new Map(pairsOf(by)) }]]
}

const isName = (value: unknown): value is string => typeof value === "string" && value.length <= MAX_NAME_CHARS

const rowsOf = (value: unknown): readonly (readonly unknown[])[] =>
  Array.isArray(value) ? value.filter((row): row is unknown[] => Array.isArray(row)) : []

const pairsOf = (value: unknown): [string, number][] =>
  rowsOf(value).flatMap(([name, count]): [string, number][] => (isName(name) && isFigure(count) ? [[name, count]] : []))
