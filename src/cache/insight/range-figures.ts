import {
  clearingTagsIn,
  CLEARS_OF,
  type Counts,
  limited,
  NOTHING,
  OTHER,
  snapshotOf,
  sumOfCounts,
  sumOfTallies,
  type Tally,
} from "./counts"
import { BUCKET_LIMITS } from "./bucket"
import type { StatisticsSnapshot } from "./statistics"

export type Range = "1h" | "6h" | "24h" | "7d"

/** A tag whose clears voided entries. */
interface ClearingTag {
  readonly tag: string
  /** Lookups that found a voided entry. */
  readonly misses: number
  /**
   * Clears of the tag. Those that follow each other within a second count once. When there are many tags, it may be too
   * low, but never too high.
   */
  readonly clears: number
}

interface EntityFigures {
  /** The type of the entries' first tags: what a query asked for. */
  readonly entity: string
  readonly lookups: number
  readonly hits: number
  readonly misses: StatisticsSnapshot["misses"]
  /** The average time of a hit in milliseconds. Null without hits. */
  readonly hitMs: number | null
  /** What it takes on average to build what the hits returned, in milliseconds. Null when it is unknown. */
  readonly buildMs: number | null
  /**
   * The tags whose clears voided entries, in descending order, at most 5. "*" is a clear of everything, or one that is
   * no longer known.
   */
  readonly clearedBy: readonly ClearingTag[]
}

/** Counts of all processes. Buckets follow the clocks of the processes. */
export interface RangeFigures {
  readonly fromMs: number
  /** The end of the current bucket. */
  readonly toMs: number
  /** The start of the first bucket with counts, in this range or the one before it. Null when nothing was counted. */
  readonly sinceMs: number | null
  readonly bucketSeconds: number
  readonly totals: StatisticsSnapshot
  /** Totals of the preceding range of the same length. */
  readonly previous: StatisticsSnapshot
  /** Buckets without gaps, oldest first. The last one is still running. */
  readonly series: readonly { readonly startMs: number; readonly counters: StatisticsSnapshot }[]
  /** Types in descending order of lookups, "other" last, at most 25. */
  readonly entities: readonly EntityFigures[]
  /** Tags in descending order, at most 20. When there are many, a count may be too low, but never too high. */
  readonly clearingTags: readonly ClearingTag[]
  /**
   * False when Memcached could not be reached. The figures are then those last known, plus what waits in this process.
   */
  readonly complete: boolean
}

/** Counts of all processes since they began, which only grow. */
export interface TotalFigures {
  readonly totals: StatisticsSnapshot
  /** Types as in `RangeFigures`. */
  readonly entities: readonly Pick<EntityFigures, "entity" | "lookups" | "hits" | "misses">[]
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
  const first = buckets.findIndex((counts) => counts.all.size > 0)
  return {
    fromMs,
    toMs,
    sinceMs: first === -1 ? null : toMs - (buckets.length - first) * bucketMs,
    bucketSeconds,
    totals: snapshotOf(all),
    previous: snapshotOf(sumOfTallies(before.map((counts) => counts.all))),
    series: current.map((counts, i) => ({ startMs: fromMs + i * bucketMs, counters: snapshotOf(counts.all) })),
    entities: entitiesOf(types, all),
    clearingTags: clearingTags(all, all).slice(0, MAX_SHOWN_TAGS),
    complete,
  }
}

export const totalFiguresOf = ({ all, types }: Counts): TotalFigures => ({
  totals: snapshotOf(all),
  entities: entitiesOf(types, all),
})

/** Returns figures for when nothing can be counted. */
export const noFigures = (nowMs: number): RangeFigures => figuresOf([], nowMs, 0, false)

function entitiesOf(types: Counts["types"], all: Tally): EntityFigures[] {
  const mostFirst = new Map([...types].sort(([, a], [, b]) => (b.get("lookups") ?? 0) - (a.get("lookups") ?? 0)))
  const kept = [...limited({ ...NOTHING, types: mostFirst }, BUCKET_LIMITS[0]).types]
  return [...kept.filter(([entity]) => entity !== OTHER), ...kept.filter(([entity]) => entity === OTHER)].map(
    ([entity, tally]) => ({
      entity,
      lookups: tally.get("lookups") ?? 0,
      hits: tally.get("hits") ?? 0,
      misses: snapshotOf(tally).misses,
      hitMs: averageMs(tally, "hitMicros", "hits"),
      buildMs: averageMs(tally, "buildMicros", "builtHits"),
      clearedBy: clearingTags(tally, all),
    })
  )
}

function averageMs(tally: Tally, micros: string, count: string): number | null {
  const number = tally.get(count) ?? 0
  return number === 0 ? null : (tally.get(micros) ?? 0) / number / 1000
}

const clearingTags = (tally: Tally, all: Tally): ClearingTag[] =>
  clearingTagsIn(tally).map(({ tag, count }) => ({ tag, misses: count, clears: all.get(CLEARS_OF + tag) ?? 0 }))
