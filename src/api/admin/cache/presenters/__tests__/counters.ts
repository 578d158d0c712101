import type { StatisticsSnapshot } from "../../../../../cache"

/** Nothing counted, but for what is given. */
export const countersWith = (given: Partial<StatisticsSnapshot> = {}): StatisticsSnapshot => ({
  lookups: 0,
  hits: 0,
  misses: { absent: 0, outdated: 0, foreign: 0, unreachable: 0, unreadable: 0, refresh: 0 },
  tagLookups: 0,
  stores: 0,
  refused: {
    stale: 0,
    unproven: 0,
    too_large: 0,
    not_cacheable: 0,
    unclearable: 0,
    superseded: 0,
    overloaded: 0,
    unreachable: 0,
  },
  clears: { explicit: 0, automatic: 0, deferred: 0, merged: 0 },
  records: 0,
  tagsCleared: 0,
  errors: 0,
  roundTrips: 0,
  bytes: { readRaw: 0, read: 0, writtenRaw: 0, written: 0 },
  timeSavedMs: 0,
  ...given,
})
