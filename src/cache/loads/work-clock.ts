import type { Runtime } from "../support/runtime"

/** A load that has begun and has not ended. */
export interface OpenLoad {
  /** The start on the work clock, in milliseconds. */
  readonly beganAt: number
  readonly startedAt: number
  /** The time that loads had shared by then, in milliseconds. */
  readonly sharedMs: number
}

/** What a load would take if it were alone, in milliseconds, and whether it was. */
export interface LoadWork {
  readonly ms: number
  readonly wasAlone: boolean
}

/** A load that never ends, because it failed, stops counting after this time, as does a request that stays open. */
const MAX_OPEN_MS = 30_000
const MAX_OPEN = 1_000

/**
 * How long one reading of the process's clocks holds, in milliseconds. The kernel takes some microseconds for each, as
 * much as a set of a small entry.
 */
const READING_MS = 5

/** The requests of this process that are being answered, oldest first, with the time of `performance.now()`. */
const requests = new Set<{ readonly startedAt: number }>()

/** Counts a request among those that share the event loop, until the returned function is called. */
export function beginRequest(): () => void {
  const request = { startedAt: performance.now() }
  requests.add(request)
  return () => void requests.delete(request)
}

/** `now` is on the clock of `Runtime.elapsed()`, which is that of `performance.now()` where there are requests. */
function openRequests(now: number): number {
  for (const request of requests) {
    if (now - request.startedAt < MAX_OPEN_MS) break
    requests.delete(request)
  }
  return requests.size
}

/**
 * Measures what a load would take if it were alone. Twenty visitors who arrive after a clear share one event loop, so
 * by the wall clock each of their loads takes twenty times as long as it would by itself.
 *
 * While there is one load, the clock advances like any other. While there are several, and the event loop is idle, each
 * of them waits for its own database or service, and the clock advances by the full time. While the loop is busy, the
 * clock advances by the processor's time divided by the number of loads that share it, or of requests, if there are
 * more: those that load nothing at the moment are served as well. This is the virtual time of generalized processor
 * sharing (Parekh and Gallager, 1993). It is the processor's time, because twenty loads make Postgres busy, too, and the
 * loop then waits for a processor as it would not for one load. It costs a few numbers at each miss and each set, and
 * nothing at a hit.
 */
export class WorkClock {
  readonly #runtime: Runtime
  readonly #open = new Set<OpenLoad>()
  #workMs = 0
  #elapsedMs = 0
  /** The last reading: its time, and what had passed by then. */
  #readAt = 0
  #idleMs = 0
  #cpuMs = 0
  /** The parts of the time before it in which the loop was idle, and in which the process had a processor. */
  #idlePart = 0
  #cpuPart = 1
  /** The time in which there was more than one load or request, in milliseconds. */
  #sharedMs = 0

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /**
   * Starts a load. `isPart` marks it as part of a load that is already open, so that it does not count as another one.
   */
  begin(isPart = false): OpenLoad {
    this.#advance()
    const load = { beganAt: this.#workMs, startedAt: this.#elapsedMs, sharedMs: this.#sharedMs }
    if (!isPart) this.#open.add(load)
    return load
  }

  /** Ends a load and returns its work. */
  end(load: OpenLoad): LoadWork {
    this.#advance()
    this.#open.delete(load)
    return { ms: this.#workMs - load.beganAt, wasAlone: this.#sharedMs === load.sharedMs }
  }

  #advance(): void {
    const elapsedMs = this.#runtime.elapsed()
    const passedMs = elapsedMs - this.#elapsedMs
    if (elapsedMs - this.#readAt >= READING_MS) this.#read(elapsedMs)
    const sharing = Math.max(this.#open.size, openRequests(elapsedMs))
    if (sharing <= 1) {
      this.#workMs += passedMs
    } else {
      this.#workMs += passedMs * (this.#idlePart + this.#cpuPart / sharing)
      this.#sharedMs += passedMs
    }
    this.#elapsedMs = elapsedMs
    for (const load of this.#open) {
      if (elapsedMs - load.startedAt < MAX_OPEN_MS && this.#open.size <= MAX_OPEN) return
      this.#open.delete(load)
    }
  }

  #read(elapsedMs: number): void {
    const passedMs = elapsedMs - this.#readAt
    const [idleMs, cpuMs] = [this.#runtime.idle(), this.#runtime.cpu()]
    this.#idlePart = Math.max(0, Math.min(1, (idleMs - this.#idleMs) / passedMs))
    this.#cpuPart = Math.max(0, Math.min(1 - this.#idlePart, (cpuMs - this.#cpuMs) / passedMs))
    this.#readAt = elapsedMs
    this.#idleMs = idleMs
    this.#cpuMs = cpuMs
  }
}
