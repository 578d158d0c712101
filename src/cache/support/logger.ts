import type { Runtime } from "./runtime"

/** The part of the host's logger that the engine uses. */
export interface CacheLogger {
  info(message: string): void
  warn(message: string): void
  debug(message: string): void
}

const PERIOD_MS = 60_000
const MAX_SUBJECTS = 200
/** Subjects have parts of keys, and so of what visitors send: there may be any number of them. */
const MAX_A_PERIOD = 20

/**
 * Logs each message at most once a minute, with the number of repetitions in between, and at most 20 different ones a
 * minute, with the number of those that were left out.
 */
export class RateLimitedLogger {
  readonly #logger: CacheLogger
  readonly #runtime: Runtime
  readonly #subjects = new Map<string, { saidAt: number; unsaid: number }>()
  #period = { startedAt: -Infinity, said: 0, leftOut: 0 }

  constructor(logger: CacheLogger, runtime: Runtime) {
    this.#logger = logger
    this.#runtime = runtime
  }

  warn(subject: string, message: string): void {
    const now = this.#runtime.elapsed()
    const known = this.#subjects.get(subject)
    if (known && now - known.saidAt < PERIOD_MS) {
      known.unsaid += 1
      return
    }
    if (now - this.#period.startedAt >= PERIOD_MS) this.#begin(now)
    if (this.#period.said >= MAX_A_PERIOD) {
      this.#period.leftOut += 1
      return
    }
    this.#period.said += 1
    this.#subjects.delete(subject)
    this.#subjects.set(subject, { saidAt: now, unsaid: 0 })
    const [oldest] = this.#subjects.keys()
    if (this.#subjects.size > MAX_SUBJECTS && oldest !== undefined) this.#subjects.delete(oldest)
    this.#logger.warn(known && known.unsaid > 0 ? `${message} (repeated ${known.unsaid} times)` : message)
  }

  #begin(now: number): void {
    const { leftOut } = this.#period
    this.#period = { startedAt: now, said: 0, leftOut: 0 }
    if (leftOut > 0) this.#logger.warn(`${leftOut} more warnings like the last ones were left out.`)
  }
}

/**
 * Control characters (escape sequences among them), line breaks of every kind, and characters that change the direction
 * of text.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Surrogate}]/gu

/**
 * Returns text of a server or a caller in a form that is safe for logs and terminals: on one line, without control
 * characters, of bounded length.
 */
export function printable(text: string, maxChars: number): string {
  const shown = text.slice(0, maxChars).replace(UNPRINTABLE, "?")
  return text.length > maxChars ? `${shown}…` : shown
}
