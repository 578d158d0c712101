import { warnOfBug } from "../support/errors"
import type { Runtime, Timer } from "../support/runtime"

/** A periodic task. It must not reject. `closing` means that there is no next time. */
type Task = (closing: boolean) => Promise<unknown>

/**
 * One timer for everything that a process writes for the others: statistics, clear history, tag directory. It only runs
 * when there is something to write.
 */
export class Maintenance {
  readonly #runtime: Runtime
  readonly #intervalMs: number
  readonly #tasks: Task[] = []
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #closed = false

  /** Takes the interval of runs. 0 means that no task ever runs, not even at close. */
  constructor(runtime: Runtime, intervalMs: number) {
    this.#runtime = runtime
    this.#intervalMs = intervalMs
  }

  add(task: Task): void {
    this.#tasks.push(task)
  }

  /** Requests a run within the interval. A repeated request costs nothing. */
  request(): void {
    if (this.#timer || this.#intervalMs === 0 || this.#closed) return
    // The delay varies, because other processes change the same items.
    const delayMs = this.#intervalMs * (0.75 + this.#runtime.random() / 2)
    this.#timer = this.#runtime.schedule(delayMs, () => {
      this.#timer = undefined
      void this.run()
    })
  }

  /** Runs every task now, after a run that is under way. */
  async run(): Promise<void> {
    const before = this.#running
    const mine = (async () => {
      await before
      // Nobody waits for most runs. A failure must end neither the process nor the other tasks.
      const fail = (error: unknown): void => warnOfBug(error, "CacheMaintenanceError")
      await Promise.all(this.#tasks.map((task) => task(this.#closed).catch(fail)))
    })()
    this.#running = mine
    await mine
    if (this.#running === mine) this.#running = undefined
  }

  /** Runs every task a last time. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#intervalMs > 0) await this.run()
  }
}
