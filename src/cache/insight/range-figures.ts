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
  /**
   * The tags whose clears voided entries, in descending order, at most 5. "*" is a clear of everything, or one that is
   * no longer known.
   */
  readonly clearedBy: readonly TagCount[]
}

/** Counts of all processes. Buckets follow the clocks of the processes. */
export interface RangeFigures {
  readonly fromMs: number
  /** The end of the current bucket. */
  readonly toMs: number
  readonly bucketSeconds: number
  readonly totals: StatisticsSnapshot
  /** Totals of the preceding range of the same length. */
  readonly previous: StatisticsSnapshot
  /** Buckets without gaps, oldest first. The last one is still running. */
  readonly series: readonly { readonly startMs: number; readonly counters: StatisticsSnapshot }[]
  /** Types in descending order of lookups, "other" last, at most 25. */
  readonly entities: readonly EntityFigures[]
  /** Tags in descending order, at most 20. When there are many, a count may be too low, but never too high. */
  readonly clearingTags: readonly TagCount[]
  /**
   * False when Memcached could not be reached. The figures are then those last known, plus what waits in this process.
   */
  readonly complete: boolean
}

const MAX_SHOWN_TAGS = 20

/** Computes the figures from the buckets of a range and of the range before it, oldest first. */
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

/** Returns figures for when nothing can be counted. */
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
