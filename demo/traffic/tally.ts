import type { ListAnswer } from "./shop-client"

/** Medians are taken of the latest requests only, so that a run of a day needs no more memory than one of a minute. */
const KEPT_DURATIONS = 5_000

/** What the traffic has seen so far. */
export class Tally {
  requests = 0
  failed = 0
  hits = 0
  edits = 0
  failedEdits = 0
  staleReads = 0
  /** Answers from the cache next to which their route was asked. */
  compared = 0
  differences = 0
  lastDifference = ""
  outages = 0
  lastFailure = ""
  readonly cached = new RecentDurations(KEPT_DURATIONS)
  readonly computed = new RecentDurations(KEPT_DURATIONS)

  addAnswer({ durationMs, isHit }: ListAnswer, stale: number): void {
    this.requests++
    if (isHit) this.hits++
    const durations = isHit ? this.cached : this.computed
    durations.add(durationMs)
    if (stale > 0) {
      this.staleReads++
    }
  }

  addFailure(error: unknown): void {
    this.requests++
    this.failed++
    this.lastFailure = String(error)
  }
}

class RecentDurations {
  count = 0
  readonly #latest: number[] = []
  readonly #kept: number

  constructor(kept: number) {
    this.#kept = kept
  }

  add(durationMs: number): void {
    this.#latest[this.count % this.#kept] = durationMs
    this.count++
  }

  /** The duration that this share of the requests stayed below; undefined before the first. */
  percentile(share: number): number | undefined {
    const sorted = [...this.#latest].sort((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  }
}
