import type { Runtime } from "./runtime"

/** The part of the host's logger that the engine uses. */
export interface CacheLogger {
  info(message: string): void
  warn(message: string): void
  debug(message: string): void
}

const PERIOD_MS = 60_000
const MAX_SUBJECTS = 200

/** Logs each message at most once a minute, with the number of repetitions in between. */
export class RateLimitedLogger {
  readonly #logger: CacheLogger
  readonly #runtime: Runtime
  readonly #subjects = new Map<string, { saidAt: number; unsaid: number }>()

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
    this.#subjects.delete(subject)
    this.#subjects.set(subject, { saidAt: now, unsaid: 0 })
    const [oldest] = this.#subjects.keys()
    if (this.#subjects.size > MAX_SUBJECTS && oldest !== undefined) this.#subjects.delete(oldest)
    this.#logger.warn(known && known.unsaid > 0 ? `${message} (repeated ${known.unsaid} times)` : message)
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
