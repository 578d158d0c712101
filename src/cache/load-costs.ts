import type { Runtime } from "./runtime"

const MINUTE_MS = 60_000

/** Minutes with loads that an estimate is made of. */
const MAX_MINUTES = 15
const MAX_SAMPLES_PER_MINUTE = 32
const MAX_KINDS = 500

interface Kind {
  minute: number
  /** Of this minute, in microseconds. */
  samples: number[]
  /** The medians of the minutes before it that had loads. */
  medians: number[]
}

/**
 * Says what entries of a kind usually take to build: those with the same types of tags and about the same size. One load may
 * have met a busy process or a slow database, and its entry would claim to save that time with each hit.
 *
 * An estimate is the lower median of the medians of the last minutes that had loads, so a slow minute among others does not
 * count, and what stays slow does.
 */
export class LoadCosts {
  readonly #runtime: Pick<Runtime, "elapsed">
  readonly #kinds = new Map<string, Kind>()

  constructor(runtime: Pick<Runtime, "elapsed">) {
    this.#runtime = runtime
  }

  /** Notes what a load took, and returns what loads of its kind usually take, in microseconds. */
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

/** `Product` of `Product:prod_1`. */
const typeOf = (tag: string): string => tag.split(":", 1)[0] ?? tag

/** Of two in the middle, the lower one. */
const lowerMedian = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0
