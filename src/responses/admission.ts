import { hashOfKey, RecentMap } from "../cache"

/** The number of addresses that are stored in a minute when they are asked for the first time. */
const NEW_PER_MINUTE = 300
const MINUTE_MS = 60_000
const MAX_SEEN = 20_000

/**
 * Decides which answers are worth storing. Whoever asks for a hundred thousand different addresses must not fill
 * Memcached with answers that nobody asks for again: beyond some a minute, an answer is stored when its address is
 * asked for the second time.
 */
export class Admission {
  readonly #now: () => number
  readonly #seen = new RecentMap<number, true>(MAX_SEEN)
  #minute = 0
  #newOnes = 0

  /** `now` is in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** The number of addresses that are remembered. */
  get size(): number {
    return this.#seen.size
  }

  /** Notes that an answer was made, and returns whether to store it. */
  admits(key: string): boolean {
    const hash = hashOfKey(key)
    if (this.#seen.get(hash)) return true
    this.#seen.set(hash, true)
    const minute = Math.floor(this.#now() / MINUTE_MS)
    if (minute !== this.#minute) this.#newOnes = 0
    this.#minute = minute
    this.#newOnes += 1
    return this.#newOnes <= NEW_PER_MINUTE
  }
}
