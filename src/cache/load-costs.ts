import { RecentMap } from "./recent-map"
import type { Runtime } from "./runtime"

const MINUTE_MS = 60_000

/** The number of minutes with loads that an estimate is made from. */
const MAX_MINUTES = 15
const MAX_SAMPLES_PER_MINUTE = 32
const MAX_KINDS = 500
const MAX_NAME_CHARS = 1_000

interface Kind {
  minute: number
  /** Loads of this minute, in microseconds. */
  samples: number[]
  /** The quartiles of earlier minutes that had loads. */
  minutes: number[]
  estimate: number
}

/**
 * Estimates what entries of a kind take to build. Entries are of one kind when they have the same types of tags and
 * about the same size. A single load may have met a busy process or a slow database, and its entry would claim to save
 * that time with each hit.
 *
 * The estimate is the lower quartile of the loads of a minute, and of these the lower median over the last minutes
 * that had loads. A single slow minute does not count; lasting slowness does. The quartile, because a process that has
 * just started, or has many loads at once, is slower than it usually is.
 */
export class LoadCosts {
  readonly #runtime: Pick<Runtime, "elapsed">
  readonly #kinds = new RecentMap<string, Kind>(MAX_KINDS)

  constructor(runtime: Pick<Runtime, "elapsed">) {
    this.#runtime = runtime
  }

  /**
   * Notes what a load took and returns what loads of its kind usually take, both in microseconds. `types` are those of
   * its tags, each once and in order.
   */
  note(types: readonly string[], bytes: number, micros: number): number {
    const kind = this.#kindOf(`${Math.ceil(Math.log2(bytes + 1))} ${types.join()}`.slice(0, MAX_NAME_CHARS))
    if (kind.samples.length < MAX_SAMPLES_PER_MINUTE) {
      kind.samples.push(micros)
      kind.estimate = Math.round(lowerQuantile([...kind.minutes, lowerQuantile(kind.samples, 0.25)], 0.5))
    }
    return kind.estimate
  }

  #kindOf(name: string): Kind {
    const minute = Math.floor(this.#runtime.elapsed() / MINUTE_MS)
    const known = this.#kinds.get(name)
    if (known?.minute === minute) return known
    const minutes = known ? [...known.minutes, lowerQuantile(known.samples, 0.25)].slice(-MAX_MINUTES) : []
    const kind = { minute, samples: [], minutes, estimate: 0 }
    this.#kinds.set(name, kind)
    return kind
  }
}

/** Returns the value below which this share of the values is; of two, the lower one. */
const lowerQuantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0
