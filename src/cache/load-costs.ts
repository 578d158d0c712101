import type { Runtime } from "./runtime"

const MINUTE_MS = 60_000

/** The number of minutes with loads that an estimate is made from. */
const MAX_MINUTES = 15
const MAX_SAMPLES_PER_MINUTE = 32
const MAX_KINDS = 500

interface Kind {
  minute: number
  /** Loads of this minute, in microseconds. */
  samples: number[]
  /** The medians of earlier minutes that had loads. */
  medians: number[]
}

/**
 * Estimates what entries of a kind take to build. Entries are of one kind when they have the same types of tags and
 * about the same size. A single load may have met a busy process or a slow database, and its entry would claim to save
 * that time with each hit.
 *
 * The estimate is the lower median of the medians of the last minutes that had loads. A single slow minute does not
 * count; lasting slowness does.
 */
export class LoadCosts {
  readonly #runtime: Pick<Runtime, "elapsed">
  readonly #kinds = new Map<string, Kind>()

  constructor(runtime: Pick<Runtime, "elapsed">) {
    this.#runtime = runtime
  }

  /** Notes what a load took and returns what loads of its kind usually take, both in microseconds. */
  note(tags: readonly string[], bytes: number, micros: number): number {
    const kind = this.#kindOf(`${Math.ceil(Math.log2(bytes + 1))} ${[...new Set(tags.map(typeOf))].sort().join()}`)
    if (kind.samples.length < MAX_SAMPLES_PER_MINUTE) kind.samples.push(micros)
    return Math.round(lowerMedian([...kind.medians, lowerMedian(kind.samples)]))
  }

  #kindOf(name: string): Kind {
    const minute = Math.floor(this.#runtime.elapsed() / MINUTE_MS)
    const kind = this.#kinds.get(name) ?? { minute, samples: [], medians: [] }
    if (kind.minute !== minute) {
      kind.medians = [...kind.medians, lowerMedian(kind.samples)].slice(-MAX_MINUTES)
      kind.samples = []
      kind.minute = minute
    }
    this.#kinds.delete(name)
    this.#kinds.set(name, kind)
    const [oldest] = this.#kinds.keys()
    if (this.#kinds.size > MAX_KINDS && oldest !== undefined) this.#kinds.delete(oldest)
    return kind
  }
}

/** Returns the type of a tag: `Product` for `Product:prod_1`. */
const typeOf = (tag: string): string => tag.split(":", 1)[0] ?? tag

/** Returns the median; the lower of the two middle values when their number is even. */
const lowerMedian = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0
