import type { LogVersion } from "./tag-versions"

interface Sample {
  readonly version: number
  /** When this process first knew the version, by `Runtime.elapsed()`. */
  readonly at: number
}

/** The number of samples that cover the span. */
const SAMPLES = 32

/** Remembers which version of the log this process knew at recent points in time. */
export class KnownVersions {
  readonly #spanMs: number
  #epoch: number | undefined
  /** Samples, oldest first. */
  #samples: Sample[] = []

  /** `spanMs` is how far back questions may go. Earlier times get the same answer. */
  constructor(spanMs: number) {
    this.#spanMs = spanMs
  }

  /** Notes a version that the tag versions have caught up with, so that every clear before it is known, too. */
  note({ epoch, version }: LogVersion, at: number): void {
    if (epoch !== this.#epoch) this.#samples = []
    this.#epoch = epoch
    const last = this.#samples.at(-1)
    if (last?.version === version) return
    // A version that is skipped counts as known later than it was, which is the safe side.
    if (last && at - last.at < this.#spanMs / SAMPLES) return
    this.#samples.push({ version, at })
    const second = this.#samples[1]
    if (second && at - second.at > this.#spanMs) this.#samples.shift()
  }

  /** Returns the newest version that was known by then, or 0 when none was. */
  before(at: number): number {
    return this.#samples.findLast((sample) => sample.at <= at)?.version ?? 0
  }
}
