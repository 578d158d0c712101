import type { AdminCacheTotals } from "../../../../types/http"
import type { StatisticsSnapshot } from "../../../../cache"
import { hitRateOf } from "./hit-rate"

export const totalsOf = (counters: StatisticsSnapshot): AdminCacheTotals => ({
  lookups: counters.lookups,
  hits: counters.hits,
  hit_rate: hitRateOf(counters.hits, counters.lookups),
  misses: counters.misses,
  tag_lookups: counters.tagLookups,
  sets: counters.sets,
  kept_briefly: counters.keptBriefly,
  refused: counters.refused,
  clears: {
    explicit: counters.clears.explicit,
    automatic: counters.clears.automatic,
    merged: counters.clears.merged,
    pending: counters.clears.pending,
  },
  tags_cleared: counters.tagsCleared,
  errors: counters.errors,
  round_trips: counters.roundTrips,
  bytes: {
    read_raw: counters.bytes.readRaw,
    read: counters.bytes.read,
    written_raw: counters.bytes.writtenRaw,
    written: counters.bytes.written,
  },
  time_saved_ms: counters.timeSavedMs,
})

const NOTHING: AdminCacheTotals = {
  lookups: 0,
  hits: 0,
  hit_rate: null,
  misses: {},
  tag_lookups: 0,
  sets: 0,
  kept_briefly: 0,
  refused: {},
  clears: { explicit: 0, automatic: 0, merged: 0, pending: 0 },
  tags_cleared: 0,
  errors: 0,
  round_trips: 0,
  bytes: { read_raw: 0, read: 0, written_raw: 0, written: 0 },
  time_saved_ms: 0,
}

/** Over several providers. */
export function sumOfTotals(all: readonly AdminCacheTotals[]): AdminCacheTotals {
  return all.reduce((sum, one) => {
    const added = {
      ...sum,
      lookups: sum.lookups + one.lookups,
      hits: sum.hits + one.hits,
      misses: sumOfRecords(sum.misses, one.misses),
      tag_lookups: sum.tag_lookups + one.tag_lookups,
      sets: sum.sets + one.sets,
      kept_briefly: sum.kept_briefly + one.kept_briefly,
      refused: sumOfRecords(sum.refused, one.refused),
      clears: sumOfRecords(sum.clears, one.clears),
      tags_cleared: sum.tags_cleared + one.tags_cleared,
      errors: sum.errors + one.errors,
      round_trips: sum.round_trips + one.round_trips,
      bytes: sumOfRecords(sum.bytes, one.bytes),
      time_saved_ms: sum.time_saved_ms + one.time_saved_ms,
    }
    return { ...added, hit_rate: hitRateOf(added.hits, added.lookups) }
  }, NOTHING)
}

function sumOfRecords<T extends Readonly<Record<string, number>>>(a: T, b: T): T {
  const sums: Record<string, number> = { ...a }
  for (const [name, count] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + count
  return sums as T
}
