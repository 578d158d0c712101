import type { Runtime } from "./runtime"

/** A load that has begun and has not ended. */
export interface OpenLoad {
  /** On the work clock, in milliseconds. */
  readonly beganAt: number
  readonly startedAt: number
}

/** Loads that never end, since they failed, stop counting after this time. */
const MAX_OPEN_MS = 30_000
const MAX_OPEN = 1_000

/**
 * Measures what a load would take if it were alone. Twenty visitors who arrive after a clear share one event loop, so each of
 * their loads takes twenty times as long by the wall clock as it would by itself.
 *
 * The clock advances by the time in which the event loop is idle, when every load waits for its own database or service, and
 * by the time in which it is busy, divided by the number of loads that share it. (The virtual time of generalized processor
 * sharing: Parekh and Gallager, 1993.) Costs a few numbers at each miss and each set, and nothing at a hit.
 */
export class WorkClock {
  readonly #runtime: Runtime
  readonly #open = new Set<OpenLoad>()
  #workMs = 0
  #elapsedMs = 0
  #idleMs = 0

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** `isPart`: of a load that is open already, and does not count as another one. */
  begin(isPart = false): OpenLoad {
    this.#advance()
    const load = { beganAt: this.#workMs, startedAt: this.#elapsedMs }
    if (!isPart) this.#open.add(load)
    return load
  }

  /** How much work the load was, in milliseconds. */
  end(load: OpenLoad): number {
    this.#advance()
    this.#open.delete(load)
    return this.#workMs - load.beganAt
  }

  #advance(): void {
    const [elapsedMs, idleMs] = [this.#runtime.elapsed(), this.#runtime.idle()]
    const passedMs = elapsedMs - this.#elapsedMs
    const waitedMs = Math.max(0, Math.min(passedMs, idleMs - this.#idleMs))
    this.#workMs += waitedMs + (passedMs - waitedMs) / Math.max(1, this.#open.size)
    this.#elapsedMs = elapsedMs
    this.#idleMs = idleMs
    for (const load of this.#open) {
      if (elapsedMs - load.startedAt < MAX_OPEN_MS && this.#open.size <= MAX_OPEN) return
      this.#open.delete(load)
    }
  }
}
