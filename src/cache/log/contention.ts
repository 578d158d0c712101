import type { Runtime } from "../support/runtime"

/** How much the newest measurement counts. */
const WEIGHT = 1 / 4

/** The longest wait, as a multiple of the time of an attempt, for each attempt that is usually lost. */
const PATIENCE = 4

/** No timer is shorter, in milliseconds. */
const MIN_WAIT_MS = 1
/** An attempt counts as at least this long, in milliseconds. On loopback it is about that. */
const MIN_ATTEMPT_MS = 0.25
/** Attempts in a row that may be made without any wait, lest a server that refuses all of them keep the process busy. */
const MAX_HASTY = 8
const MAX_WAIT_MS = 1_000

/**
 * How long to wait before an attempt to swap a head that many processes swap.
 *
 * With each swap somebody wins, so waiting makes none of them faster; but every attempt that is lost costs both sides as
 * much as one that is not, and of n processes that begin together the last one would lose n - 1. So each waits for a
 * random time that grows with the attempts that were lost lately, and with what an attempt takes. As one that is new has
 * to wait as well, and one that has lost often waits less, nobody loses for long. One that has lost all of many attempts
 * waits longer and longer: the server may refuse every swap.
 */
export class Contention {
  readonly #runtime: Runtime
  /** Of a change, lately, on average. */
  #lostAttempts = 0
  #attemptMs = MIN_ATTEMPT_MS

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** Resolves when it is time for the next attempt of a change that has lost so many. */
  async standBack(lostAttempts: number): Promise<void> {
    const wanted = this.#runtime.random() * Math.min(this.#maxWaitMs(lostAttempts), MAX_WAIT_MS)
    const milliseconds = Math.max(wanted, lostAttempts - MAX_HASTY)
    if (milliseconds >= MIN_WAIT_MS) {
      await new Promise<void>((resolve) => void this.#runtime.schedule(milliseconds, resolve))
    }
  }

  /**
   * Notes how long an attempt has taken, from its reading of the head on, in milliseconds. One that took much longer than
   * the others says more about this process than about the log.
   */
  took(milliseconds: number): void {
    const usual = Math.min(Math.max(milliseconds, MIN_ATTEMPT_MS), 2 * this.#attemptMs)
    this.#attemptMs += (usual - this.#attemptMs) * WEIGHT
  }

  /** Notes how many attempts a change has lost before it was made. */
  succeeded(lostAttempts: number): void {
    this.#lostAttempts += (lostAttempts - this.#lostAttempts) * WEIGHT
  }

  #maxWaitMs(lostAttempts: number): number {
    const others = Math.max(this.#lostAttempts, lostAttempts) - 1
    return others <= 0 ? 0 : (PATIENCE * this.#attemptMs * others) / (1 + lostAttempts)
  }
}
