/** Crockford's base 32, in which ULIDs are written. */
const ULID_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
const ULID_TIME_DIGITS = 10
const ULID_RANDOM_DIGITS = 16

/** When the first of the catalogue's rows was created, in Unix time in milliseconds. */
const FIRST_ROW_AT_MS = Date.UTC(2025, 0, 15)

/** Numbers from a seed (mulberry32), so that every run of the bench works on the same bytes. */
export class SeededRandom {
  #state: number
  #rows = 0

  constructor(seed: number) {
    this.#state = seed
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }

  /** At least 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0]
  }

  /** As Medusa names its rows: time first, then chance, which no compression can shorten. */
  ulid(prefix: string): string {
    let time = FIRST_ROW_AT_MS + this.#rows++
    let timeDigits = ""
    for (let i = 0; i < ULID_TIME_DIGITS; i++) {
      timeDigits = ULID_DIGITS.charAt(time % 32) + timeDigits
      time = Math.floor(time / 32)
    }
    let randomDigits = ""
    for (let i = 0; i < ULID_RANDOM_DIGITS; i++) randomDigits += ULID_DIGITS.charAt(this.below(32))
    return `${prefix}_${timeDigits}${randomDigits}`
  }
}

/** A new order of the same things. */
export function shuffled<T>(list: readonly T[]): T[] {
  const order = [...list]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    const [a, b] = [order[i], order[j]]
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a]
  }
  return order
}
