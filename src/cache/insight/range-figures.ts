import { type BucketCounts, NOTHING_COUNTED, OTHER, addCounts, addSnapshots, mostOf } from "./bucket-counts"
import type { StatisticsSnapshot } from "./statistics"

interface TagCount {
  readonly tag: string
  readonly count: number
}

interface EntityFigures {
  /** The part of the tags before the first colon. Entries with tags of several types count once for each. */
  readonly entity: string
  readonly lookups: number
  readonly hits: number
  /** Lookups that found an entry of this type void. */
  readonly cleared: number
  /** By the clear of which tag ("*": of everything, or of something no longer known), most first, at most 5. */
  readonly clearedBy: readonly TagCount[]
}

/** What all processes have counted. Buckets are those of the processes' clocks. */
export interface RangeFigures {
  readonly fromMs: number
  /** The end of the running bucket. */
  readonly toMs: number
  readonly bucketSeconds: number
  readonly totals: StatisticsSnapshot
  /** Of the range before this one. */
  readonly previous: StatisticsSnapshot
  /** Without gaps, oldest first; the last one is running. */
  readonly series: readonly { readonly startMs: number; readonly counters: StatisticsSnapshot }[]
  /** Most lookups first, "other" last; at most 25. */
  readonly entities: readonly EntityFigures[]
  /** Most first, at most 20. Of many, what is said of one may be too little, never too much. */
  readonly clearingTags: readonly TagCount[]
  /** false: Memcached could not be asked; this is what was last known, and what waits in this process. */
  readonly complete: boolean
}

const MAX_SHOWN_TAGS = 20

/** From the buckets of a range and of the one before it, oldest first. */
export function figuresOf(
  { bucketSeconds }: Resolution,
  newest: number,
  buckets: readonly BucketCounts[],
  complete: boolean
): RangeFigures {
  const count = buckets.length / 2
  const before = buckets.slice(0, count)
  const current = buckets.slice(count)
  const bucketMs = bucketSeconds * 1000
  const first = newest - count + 1
  const sum = current.reduce(addCounts, NOTHING_COUNTED)
  return {
    fromMs: first * bucketMs,
    toMs: (newest + 1) * bucketMs,
    bucketSeconds,
    totals: sum.counters,
    previous: before.reduce((total, { counters }) => addSnapshots(total, counters), NOTHING_COUNTED.counters),
    series: current.map(({ counters }, i) => ({ startMs: (first + i) * bucketMs, counters })),
    entities: entitiesOf(sum),
    clearingTags: tagCounts(mostOf(sum.clearingTags, MAX_SHOWN_TAGS)),
    complete,
  }
}

function entitiesOf({ entities }: BucketCounts): EntityFigures[] {
  const all = [...entities].map(([entity, { clearedBy, ...counts }]) => ({
    entity,
    ...counts,
    clearedBy: tagCounts(clearedBy),
  }))
  return all.sort((a, b) => Number(a.entity === OTHER) - Number(b.entity === OTHER) || b.lookups - a.lookups)
}

const tagCounts = (counts: ReadonlyMap<string, number>): TagCount[] =>
  [...counts].map(([tag, count]) => ({ tag, count }))

export type Range = "1h" | "6h" | "24h" | "7d"

export interface Resolution {
  readonly rangeSeconds: number
  readonly bucketSeconds: number
}

const HOUR_SECONDS = 3_600

/** Each bucket's length is a multiple of the shortest one's, and divides its range. */
export const RESOLUTIONS: Readonly<Record<Range, Resolution>> = {
  "1h": { rangeSeconds: HOUR_SECONDS, bucketSeconds: 60 },
  "6h": { rangeSeconds: 6 * HOUR_SECONDS, bucketSeconds: 300 },
  "24h": { rangeSeconds: 24 * HOUR_SECONDS, bucketSeconds: 900 },
  "7d": { rangeSeconds: 7 * 24 * HOUR_SECONDS, bucketSeconds: 7_200 },
}

export const ALL_RESOLUTIONS: readonly Resolution[] = Object.values(RESOLUTIONS)

/** How often the bucket changes at the finest resolution. */
export const SHORTEST_BUCKET_MS = 60_000

/** Buckets are numbered from the epoch, by the clock of the process that counts. */
export const bucketAt = (timeMs: number, bucketSeconds: number): number => Math.floor(timeMs / 1000 / bucketSeconds)

export const bucketsIn = ({ rangeSeconds, bucketSeconds }: Resolution): number => rangeSeconds / bucketSeconds

/** So that the range before this one is there for comparison. */
export const bucketTtlSeconds = ({ rangeSeconds, bucketSeconds }: Resolution): number =>
  2 * rangeSeconds + bucketSeconds
