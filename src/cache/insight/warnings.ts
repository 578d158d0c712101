import { type CacheLogger, printable, RateLimitedLogger } from "../logger"
import { describeTrouble } from "../memcached/trouble-watch"
import type { CacheParts } from "../parts"

const MAX_PATTERN_CHARS = 60

/** What a shop's log says: what is wrong, and what to do. */
export class Warnings {
  readonly #logger: RateLimitedLogger
  readonly #maxValueBytes: number

  constructor({ cluster, runtime, options }: CacheParts, logger: CacheLogger) {
    this.#logger = new RateLimitedLogger(logger, runtime)
    this.#maxValueBytes = options.maxValueBytes
    cluster.onTrouble(({ id }, kind) => {
      this.#logger.warn(`${kind} ${id}`, `Memcached at ${describeTrouble(id, kind)}.`)
    })
  }

  /** `bytes`: of the entry, when it was the server that did not take it. */
  tooLarge(key: string, bytes: number | undefined): void {
    const [what, todo] =
      bytes === undefined
        ? [`a value of more than ${this.#maxValueBytes} bytes of JSON is over the option maxValueBytes`, "it"]
        : [`an entry of ${bytes} bytes is over Memcached's item limit`, "the limit with memcached -I"]
    this.#logger.warn(
      `too_large ${patternOf(key)}`,
      `Not cached: ${what} (key ${patternOf(key)}). Raise ${todo}, or ask for fewer fields or a smaller page.`
    )
  }

  keptBriefly(key: string, seconds: number): void {
    this.#logger.warn(
      `kept_briefly ${patternOf(key)}`,
      `Kept for ${seconds} seconds only: what is stored as ${patternOf(key)} may have been loaded before it was cleared, ` +
        "since the lookup that it belongs to is not known. Call get and set of the Caching Module in the same async " +
        "function, with nothing awaited before get, or clear the key before set."
    )
  }
}

/** Keys with the changing part taken out, so that one warning speaks for all of a kind; and no line break in a log. */
const patternOf = (key: string): string =>
  /^[0-9a-f]{16}$/.test(key)
    ? "<query>"
    : printable(key.slice(0, MAX_PATTERN_CHARS), MAX_PATTERN_CHARS).replace(/\d+/g, "#")
