import type { Runtime } from "../support/runtime"

/** A timer that fires this late, in milliseconds, means that the event loop was blocked. */
const BLOCKED_LOOP_MS = 20

/** How often newly arrived bytes may postpone the verdict once the deadline has passed. */
const MAX_SECOND_LOOKS = 2

export interface Watched {
  /** Whether the process must stay alive while something is waited for. */
  readonly keepsProcessAlive: boolean
  /** The longest extension for a blocked event loop, in milliseconds. */
  readonly graceMaxMs: number
  /**
   * Returns when the oldest request is due, on the clock of `Runtime.elapsed()`. Undefined when nothing is waited for.
   */
  dueAt(): number | undefined
  /** Returns a number that grows with everything that arrives. */
  progress(): number
  expired(): void
}

/**
 * Watches a queue whose deadlines are in order, with a single timer. No command touches the timer: when it fires, it
 * looks at the request that is then the oldest.
 *
 * A busy process is not the server's fault. Timers run before sockets are read, so a deadline that passed while the
 * loop was blocked proves nothing yet, and the watch looks again after the sockets have been read. If the timer itself
 * was late by more than a little, the deadline is extended by that delay, because what is waited for may take several
 * turns of the event loop, as a handshake does. (Commands that left late are due later in the first place.) Each deadline
 * is extended once only, or nothing would ever expire in a process that is always busy.
 *
 * The timer can keep the process alive while something is waited for, and only then. A script that awaits a clear does
 * not end before the clear is done, and an idle client never keeps a process from ending.
 */
export class DeadlineWatch {
  readonly #runtime: Runtime
  readonly #watched: Watched
  #timer: NodeJS.Timeout | undefined
  #firesAt = 0
  /** Deadlines up to here have had their extension. */
  #gracedUpTo = Number.NEGATIVE_INFINITY

  constructor(runtime: Runtime, watched: Watched) {
    this.#runtime = runtime
    this.#watched = watched
  }

  /** Starts waiting again. */
  start(): void {
    if (this.#timer === undefined) {
      this.#arm()
    } else if (this.#watched.keepsProcessAlive) {
      this.#timer.ref()
    }
  }

  /** Releases the process, because nothing is waited for. The timer stays, since something soon will be. */
  rest(): void {
    this.#timer?.unref()
  }

  /** Stops for good. */
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
