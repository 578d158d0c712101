import { type CacheLogger, printable, RateLimitedLogger } from "../support/logger"
import { describeTrouble } from "../memcached/trouble-watch"
import type { CacheParts } from "../parts"

const MAX_PATTERN_CHARS = 60

/** Warnings for the shop's log: what is wrong, and what to do. */
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

  /** Warns about an entry that is too large. `bytes` is its size when the server refused it. */
  tooLarge(key: string, bytes: number | undefined): void {
    const [size, todo] =
      bytes === undefined
        ? [`more than ${this.#maxValueBytes} bytes of JSON`, "Raise the option maxValueBytes"]
        : [`${bytes} bytes, which exceeds Memcached's item size limit`, "Raise the limit with memcached -I"]
    this.#logger.warn(
      `too_large ${patternOf(key)}`,
      `Not cached: the entry with key ${patternOf(key)} has ${size}. ${todo}, or query fewer fields or a smaller page.`
    )
  }

  /** Warns about clears that end with this process: no server has them. */
  clearsLost(): void {
    this.#logger.warn(
      "clears_lost",
      "This process ends with clears that have not reached Memcached. Other processes may serve what they name: " +
        "clear everything when Memcached is available again."
    )
  }

  keptBriefly(key: string, seconds: number): void {
    this.#logger.warn(
      `kept_briefly ${patternOf(key)}`,
      `Cached for only ${seconds} seconds: the data of key ${patternOf(key)} may have been loaded before it was cleared. ` +
        "The set belongs to no known lookup. Call get and set of the Caching Module in the same async function and " +
        "await nothing before get, or clear the key before set."
    )
  }
}

/**
 * Returns the key without its changing part, so that one warning stands for all keys of a kind, and without line
 * breaks.
 */
const patternOf = (key: string): string =>
  /^[0-9a-f]{16}$/.test(key)
    ? "<query>"
    : printable(key.slice(0, MAX_PATTERN_CHARS), MAX_PATTERN_CHARS).replace(/\d+/g, "#")
