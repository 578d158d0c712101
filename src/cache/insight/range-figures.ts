import { clearingTagsIn, type Counts, limited, NOTHING, OTHER, snapshotOf, sumOfCounts, sumOfTallies } from "./counts"
import { BUCKET_LIMITS } from "./bucket"
import type { StatisticsSnapshot } from "./statistics"

export type Range = "1h" | "6h" | "24h" | "7d"

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
  buckets: readonly Counts[],
  toMs: number,
  bucketSeconds: number,
  complete: boolean
): RangeFigures {
  const current = buckets.slice(buckets.length / 2)
  const before = buckets.slice(0, buckets.length / 2)
  const bucketMs = bucketSeconds * 1000
  const fromMs = toMs - current.length * bucketMs
  const { all, types } = sumOfCounts(current)
  return {
    fromMs,
    toMs,
    bucketSeconds,
    totals: snapshotOf(all),
    previous: snapshotOf(sumOfTallies(before.map((counts) => counts.all))),
    series: current.map((counts, i) => ({ startMs: fromMs + i * bucketMs, counters: snapshotOf(counts.all) })),
    entities: entitiesOf(types),
    clearingTags: clearingTagsIn(all).slice(0, MAX_SHOWN_TAGS),
    complete,
  }
}

/** Where nothing can be counted. */
export const noFigures = (nowMs: number): RangeFigures => figuresOf([], nowMs, 0, false)

function entitiesOf(types: Counts["types"]): EntityFigures[] {
  const mostFirst = new Map([...types].sort(([, a], [, b]) => (b.get("lookups") ?? 0) - (a.get("lookups") ?? 0)))
  const kept = [...limited({ ...NOTHING, types: mostFirst }, BUCKET_LIMITS[0]).types]
  return [...kept.filter(([entity]) => entity !== OTHER), ...kept.filter(([entity]) => entity === OTHER)].map(
    ([entity, tally]) => ({
      entity,
      lookups: tally.get("lookups") ?? 0,
      hits: tally.get("hits") ?? 0,
      cleared: tally.get("cleared") ?? 0,
      clearedBy: clearingTagsIn(tally),
    })
  )
}
