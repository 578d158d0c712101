/** What one process, or all of them together, went through. */
export interface Tally {
  lookups: number
  hits: number
  stale: number
  clears: number
  /** Clears that were answered "pending". */
  pending: number
  /** Calls that rejected. */
  rejected: number
  /** The longest lookup, in milliseconds, while the process was not paused itself. */
  slowestMs: number
}

export const emptyTally = (): Tally => ({
  lookups: 0,
  hits: 0,
  stale: 0,
  clears: 0,
  pending: 0,
  rejected: 0,
  slowestMs: 0,
})

export function addTally(sum: Tally, part: Tally): Tally {
  return {
    lookups: sum.lookups + part.lookups,
    hits: sum.hits + part.hits,
    stale: sum.stale + part.stale,
    clears: sum.clears + part.clears,
    pending: sum.pending + part.pending,
    rejected: sum.rejected + part.rejected,
    slowestMs: Math.max(sum.slowestMs, part.slowestMs),
  }
}
