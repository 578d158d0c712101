import type { Stamp } from "./view"

interface Sample {
  readonly position: number
  /** Since when this process has known it, by `Runtime.elapsed()`. */
  readonly at: number
}

/** How many samples cover the time that is asked about. */
const SAMPLES = 32

/** How far the log was, as far as this process knew, at a time in the recent past. */
export class KnownPositions {
  readonly #spanMs: number
  #lineage: number | undefined
  /** Oldest first. */
  #samples: Sample[] = []

  /** Any longer ago, the answer is the same. */
  constructor(spanMs: number) {
    this.#spanMs = spanMs
  }

  /** To be called with what has been caught up with: whatever was cleared before it is known as well. */
  note({ lineage, position }: Stamp, at: number): void {
    if (lineage !== this.#lineage) this.#samples = []
    this.#lineage = lineage
    const last = this.#samples.at(-1)
    if (last?.position === position) return
    // What is left out is taken for known later than it was, which is on the safe side.
    if (last && at - last.at < this.#spanMs / SAMPLES) return
    this.#samples.push({ position, at })
    const second = this.#samples[1]
    if (second && at - second.at > this.#spanMs) this.#samples.shift()
  }

  /** The newest position that was known by then, `0` when none was. */
  before(at: number): number {
    return this.#samples.findLast((sample) => sample.at <= at)?.position ?? 0
  }
}
