import { warnOfBug } from "../errors"
import type { Runtime, Timer } from "../runtime"

/** Must not reject. `closing`: there is no next time. */
type Task = (closing: boolean) => Promise<unknown>

/**
 * The one timer behind everything that a process tells the others now and then: statistics, clear history, tag directory. It only
 * runs when there is something to tell.
 */
export class Maintenance {
  readonly #runtime: Runtime
  readonly #intervalMs: number
  readonly #tasks: Task[] = []
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #closed = false

  /** `intervalMs` 0: never, not even at close. */
  constructor(runtime: Runtime, intervalMs: number) {
    this.#runtime = runtime
    this.#intervalMs = intervalMs
  }

  add(task: Task): void {
    this.#tasks.push(task)
  }

  /** There is something to do within the interval. Costs nothing when that was said already. */
  request(): void {
    if (this.#timer || this.#intervalMs === 0 || this.#closed) return
    // Not in step with the other processes, which change the same items.
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
      // Nobody waits for most runs: what fails must neither end the process nor the other tasks.
      const fail = (error: unknown): void => warnOfBug(error, "CacheMaintenanceError")
      await Promise.all(this.#tasks.map((task) => task(this.#closed).catch(fail)))
    })()
    this.#running = mine
    await mine
    if (this.#running === mine) this.#running = undefined
  }

  /** A last run. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#intervalMs > 0) await this.run()
  }
}
