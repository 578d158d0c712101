const TICK_MS = 5

/** A tick that took longer came late, because this process or the machine did something else. */
const TICK_MAX_MS = 2 * TICK_MS

/**
 * Counts the milliseconds during which this process could run. For an upper limit of what something waits for: what a busy
 * machine adds to it is not counted, and a wait that is too long is, on every machine.
 */
export class RunningClock {
  #runningMs = 0
  #lastAt = performance.now()
  readonly #timer = setInterval(() => this.now(), TICK_MS)

  now(): number {
    const now = performance.now()
    this.#runningMs += Math.min(now - this.#lastAt, TICK_MAX_MS)
    this.#lastAt = now
    return this.#runningMs
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** How long a promise takes, on such a clock. */
export async function runningTimeOf(promise: Promise<unknown>): Promise<number> {
  const clock = new RunningClock()
  try {
    await promise
    return clock.now()
  } finally {
    clock.stop()
  }
}
