import { RecentMap } from "../support/recent-map"
import type { Runtime } from "../support/runtime"

const MINUTE_MS = 60_000

/** The number of minutes with loads that an estimate is made from. */
const MAX_MINUTES = 15
const MAX_SAMPLES = 32
const MAX_KINDS = 500
const MAX_NAME_CHARS = 1_000

/** A process is cold until its loads have taken so long together. Until then V8 interprets and compiles their code. */
const COLD_MICROS = 1_500_000

/** So many loads that were alone are worth more than any number that were not. */
const ENOUGH_ALONE = 3

/** What one load has taken. */
export interface MeasuredLoad {
  /** What it took, or would have taken alone, in microseconds. */
  readonly micros: number
  /** Whether it was alone, so that the clock has measured it. Otherwise its time is computed. */
  readonly wasAlone: boolean
}

/** Loads that are summed up in one number. */
interface Group {
  readonly micros: number
  /** The number of loads that were alone. */
  readonly alone: number
}

/** What entries of a kind take to build. */
export class LoadKind {
  /** What loads of this kind usually take, in microseconds; 0 when nothing is known. */
  usualMicros = 0
  /** What other processes have found, as it says in their entries. */
  readonly #heard: number[] = []
  /** Loads that began while this process was cold. */
  readonly #cold: number[] = []
  #minute = 0
  #alone: number[] = []
  #shared: number[] = []
  /** Earlier minutes that had loads. */
  #minutes: readonly Group[] = []

  /** Takes over what another process has stored with an entry. */
  heard(micros: number): void {
    if (add(this.#heard, micros)) this.#estimate()
  }

  /** Notes a load that began while the process was cold. */
  notedCold({ micros }: MeasuredLoad): void {
    if (add(this.#cold, micros)) this.#estimate()
  }

  /** Notes any other load, in the minute in which it has ended. */
  noted({ micros, wasAlone }: MeasuredLoad, minute: number): void {
    this.#turnTo(minute)
    if (add(wasAlone ? this.#alone : this.#shared, micros)) this.#estimate()
  }

  #turnTo(minute: number): void {
    if (minute === this.#minute) return
    this.#minutes = [...this.#minutes, ...this.#running()].slice(-MAX_MINUTES)
    this.#minute = minute
    this.#alone = []
    this.#shared = []
  }

  /** Returns the running minute, if it has had a load. */
  #running(): Group[] {
    const samples = this.#alone.length > 0 ? this.#alone : this.#shared
    return samples.length > 0 ? [{ micros: quantile(samples, 0.5), alone: this.#alone.length }] : []
  }

  #estimate(): void {
    // Of cold loads the lower quartile: those that others had compiled for.
    const first = [
      ...(this.#heard.length > 0 ? [{ micros: quantile(this.#heard, 0.5), alone: 0 }] : []),
      ...(this.#cold.length > 0 ? [{ micros: quantile(this.#cold, 0.25), alone: 0 }] : []),
    ]
    const groups = [...first, ...this.#minutes, ...this.#running()].slice(-MAX_MINUTES)
    const alone = groups.reduce((sum, group) => sum + group.alone, 0)
    const best = alone < ENOUGH_ALONE ? groups : groups.filter((group) => group.alone > 0)
    const usual = quantile(
      best.map(({ micros }) => micros),
      0.5
    )
    this.usualMicros = Math.round(usual)
  }
}

/**
 * Estimates what entries of a kind take to build. Entries are of one kind when they have the same types of tags and
 * about the same size; one without tags is a kind of its own. A single load may have met a busy process or a slow
 * database, and its entry would claim to save that time with each hit. So it is credited with what is known of its kind
 * when it is hit.
 *
 * The estimate is the median of the loads of a minute, and of these the lower median over the last minutes that had
 * loads. A single slow minute does not count; lasting slowness does. Minutes in which loads were alone count before
 * all others, since only these were measured by the clock. The loads of a process that has just started count as one
 * minute, and what other processes have found counts as another.
 */
export class LoadCosts {
  readonly #runtime: Pick<Runtime, "elapsed">
  readonly #kinds = new RecentMap<string, LoadKind>(MAX_KINDS)
  #totalMicros = 0
  #coldUntil = Infinity

  constructor(runtime: Pick<Runtime, "elapsed">) {
    this.#runtime = runtime
  }

  /** Returns the kind of an entry. `types` are those of its tags, each once and in order. */
  kindOf(types: readonly string[], rawBytes: number, key: string): LoadKind {
    const subject = types.length > 0 ? types.join() : `:${key}`
    const name = `${Math.ceil(Math.log2(rawBytes + 1))} ${subject}`.slice(0, MAX_NAME_CHARS)
    const known = this.#kinds.get(name)
    if (known) return known
    const kind = new LoadKind()
    this.#kinds.set(name, kind)
    return kind
  }

  /** Notes a load that began at `startedAt`, by `Runtime.elapsed()`, and has just ended. */
  note(kind: LoadKind, load: MeasuredLoad, startedAt: number): void {
    const now = this.#runtime.elapsed()
    this.#totalMicros += load.micros
    if (this.#coldUntil === Infinity && this.#totalMicros >= COLD_MICROS) this.#coldUntil = now
    if (startedAt <= this.#coldUntil) kind.notedCold(load)
    else kind.noted(load, Math.floor(now / MINUTE_MS))
  }
}

/** Adds a sample if more are of use. Returns whether it was. */
const add = (samples: number[], micros: number): boolean => samples.length < MAX_SAMPLES && samples.push(micros) > 0

/** Returns the value below which this share of the values is; of two, the lower one. */
const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0
