import { randomBytes } from "node:crypto"
import { performance } from "node:perf_hooks"

/** A timer that has not fired yet. */
export interface Timer {
  cancel(): void
}

/**
 * The engine's access to time and chance. The simulation in `integration-tests/simulation` replaces it, so that a
 * schedule can be replayed from its seed.
 */
export interface Runtime {
  /** Returns the wall-clock time as a Unix time in milliseconds. It may jump, and may differ between processes. */
  now(): number
  /** Returns a monotonic time in milliseconds. Only differences are meaningful. */
  elapsed(): number
  /** Returns how long the event loop has been idle since the process started, in milliseconds. */
  idle(): number
  /** Returns the time that processors have worked for this process, in milliseconds. */
  cpu(): number
  /** Calls back once, after `delayMs`. Only a timer with `keepsProcessAlive` keeps the process alive. */
  schedule(delayMs: number, callback: () => void, keepsProcessAlive?: boolean): Timer
  /**
   * Calls back in a later turn of the event loop, not in a microtask. Otherwise a caller that tries again in a loop
   * while the server is away would starve sockets and timers, and never see the server return.
   */
  defer(callback: () => void): void
  /** Returns a number, uniform in [0, 1). */
  random(): number
  /** Returns an id that no other process draws. */
  randomId(sizeBytes: number): Buffer
}

/** Returns a time that is up to a quarter shorter, so that processes do not act in step. */
export const jittered = (ms: number, runtime: Runtime): number => ms * (1 - runtime.random() / 4)

/** Resolves in a later turn of the event loop. */
export const nextTurn = (runtime: Runtime): Promise<void> => new Promise((resolve) => runtime.defer(resolve))

export const systemRuntime: Runtime = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  idle: () => performance.eventLoopUtilization().idle,
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  },
  schedule: (delayMs, callback, keepsProcessAlive = false) => {
    const timer = setTimeout(callback, delayMs)
    if (!keepsProcessAlive) timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
  defer: (callback) => void setImmediate(callback),
  random: () => Math.random(),
  randomId: (sizeBytes) => randomBytes(sizeBytes),
}
