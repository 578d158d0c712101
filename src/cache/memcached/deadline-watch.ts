import type { Runtime } from "../runtime"

/** A timer that fires this much late means that the event loop was blocked, in milliseconds. */
const BLOCKED_LOOP_MS = 20

/** How often more bytes may postpone the verdict once the deadline has passed. */
const MAX_SECOND_LOOKS = 2

export interface Watched {
  /** While something is waited for, the process must not end. */
  readonly keepsProcessAlive: boolean
  /** The most that is given back for a blocked event loop, in milliseconds. */
  readonly graceMaxMs: number
  /** When the oldest of what is waited for is due, on the clock of `Runtime.elapsed()`; undefined when there is nothing. */
  dueAt(): number | undefined
  /** Grows with everything that arrives. */
  progress(): number
  expired(): void
}

/**
 * Watches a queue whose deadlines are in order with a single timer, which is not touched per command: when it fires, it
 * looks at what is the oldest by then.
 *
 * The server is not to blame for this process being busy. Timers run before the sockets are read, so a deadline that
 * passed while the loop was blocked says nothing yet: the watch looks again after the sockets have been read, and when the
 * timer itself was late, the time by which it was late is given back, because the request may not even have left. That
 * happens once for each deadline, or nothing would ever expire in a process that is always busy.
 *
 * The timer can keep the process alive exactly while something is waited for: a script that awaits a clear does not end
 * before it is done, and an idle client never keeps a process from ending.
 */
export class DeadlineWatch {
  readonly #runtime: Runtime
  readonly #watched: Watched
  #timer: NodeJS.Timeout | undefined
  #firesAt = 0
  /** Deadlines up to here have had their time given back. */
  #gracedUpTo = Number.NEGATIVE_INFINITY

  constructor(runtime: Runtime, watched: Watched) {
    this.#runtime = runtime
    this.#watched = watched
  }

  /** There is something to wait for again. */
  start(): void {
    if (this.#timer === undefined) {
      this.#arm()
    } else if (this.#watched.keepsProcessAlive) {
      this.#timer.ref()
    }
  }

  /** Nothing is waited for. The timer stays: something soon will be. */
  rest(): void {
    this.#timer?.unref()
  }

  /** Nothing will be waited for any more. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(): void {
    const dueAt = this.#watched.dueAt()
    if (dueAt !== undefined) {
      this.#armFor(dueAt)
    }
  }

  #armFor(firesAt: number): void {
    this.#firesAt = firesAt
    this.#timer = setTimeout(() => this.#onTimer(), Math.max(1, Math.ceil(firesAt - this.#runtime.elapsed())))
    if (!this.#watched.keepsProcessAlive) {
      this.#timer.unref()
    }
  }

  #onTimer(): void {
    this.#timer = undefined
    const now = this.#runtime.elapsed()
    const lateMs = now - this.#firesAt
    const dueAt = this.#watched.dueAt()
    if (dueAt === undefined || dueAt > now) {
      this.#arm()
    } else if (lateMs > BLOCKED_LOOP_MS && dueAt > this.#gracedUpTo) {
      this.#gracedUpTo = now
      this.#armFor(now + Math.min(lateMs, this.#watched.graceMaxMs))
    } else {
      this.#lookAgain(MAX_SECOND_LOOKS)
    }
  }

  #lookAgain(looksLeft: number): void {
    const progress = this.#watched.progress()
    setImmediate(() => {
      if (!this.#isOverdue()) {
        this.start()
      } else if (looksLeft > 1 && this.#watched.progress() !== progress) {
        this.#lookAgain(looksLeft - 1)
      } else {
        this.#watched.expired()
      }
    })
  }

  #isOverdue(): boolean {
    const dueAt = this.#watched.dueAt()
    return dueAt !== undefined && dueAt <= this.#runtime.elapsed()
  }
}
