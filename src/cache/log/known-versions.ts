import type { LogVersion } from "./tag-versions"

interface Sample {
  readonly version: number
  /** Since when this process has known it, by `Runtime.elapsed()`. */
  readonly at: number
}

/** How many samples cover the time that is asked about. */
const SAMPLES = 32

/** How far the log was, as far as this process knew, at a time in the recent past. */
export class KnownVersions {
  readonly #spanMs: number
  #epoch: number | undefined
  /** Oldest first. */
  #samples: Sample[] = []

  /** Any longer ago, the answer is the same. */
  constructor(spanMs: number) {
    this.#spanMs = spanMs
  }

  /** To be called with what has been caught up with: whatever was cleared before it is known as well. */
  note({ epoch, version }: LogVersion, at: number): void {
    if (epoch !== this.#epoch) this.#samples = []
    this.#epoch = epoch
    const last = this.#samples.at(-1)
    if (last?.version === version) return
    // What is left out is taken for known later than it was, which is on the safe side.
    if (last && at - last.at < this.#spanMs / SAMPLES) return
    this.#samples.push({ version, at })
    const second = this.#samples[1]
    if (second && at - second.at > this.#spanMs) this.#samples.shift()
  }

  /** The newest version that was known by then, `0` when none was. */
  before(at: number): number {
    return this.#samples.findLast((sample) => sample.at <= at)?.version ?? 0
  }
}
