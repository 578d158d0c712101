import { randomBytes } from "node:crypto"
import { performance } from "node:perf_hooks"

/** A timer that has not fired yet. */
export interface Timer {
  cancel(): void
}

/**
 * Everything the engine takes from its surroundings: time and chance. The simulation in
 * `integration-tests/simulation` replaces it, so that a schedule can be replayed from its seed.
 */
export interface Runtime {
  /** Wall-clock time in Unix time in milliseconds. May jump and may differ between processes. */
  now(): number
  /** Monotonic time in milliseconds. Only differences mean something. */
  elapsed(): number
  /** How long the event loop has had nothing to do since the process started, in milliseconds. */
  idle(): number
  /** Calls back once, after `delayMs`. Does not keep the process alive, unless somebody waits for it to. */
  schedule(delayMs: number, callback: () => void, keepsProcessAlive?: boolean): Timer
  /**
   * Calls back in a later turn of the event loop, not in a later microtask: a caller that tries again in a loop while the
   * server is away would otherwise keep sockets and timers from their turn, and never see it come back.
   */
  defer(callback: () => void): void
  /** Uniform in [0, 1). */
  random(): number
  /** An id that no other process draws. */
  randomId(sizeBytes: number): Buffer
}

/** Resolves in a later turn of the event loop. */
export const nextTurn = (runtime: Runtime): Promise<void> => new Promise((resolve) => runtime.defer(resolve))

export const systemRuntime: Runtime = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  idle: () => performance.eventLoopUtilization().idle,
  schedule: (delayMs, callback, keepsProcessAlive = false) => {
    const timer = setTimeout(callback, delayMs)
    if (!keepsProcessAlive) timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
  defer: (callback) => void setImmediate(callback),
  random: () => Math.random(),
  randomId: (sizeBytes) => randomBytes(sizeBytes),
}
