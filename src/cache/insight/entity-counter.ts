import { CLEARED_BY, type Tally } from "./counts"
import type { MissCause } from "./statistics"

const MAX_TAGS = 100

/** Counts lookups of entries of one type. */
export class EntityCounter {
  readonly entity: string
  #lookups = 0
  #hits = 0
  /** The time of the hits, and of those whose entry has a known cost, what it took to build. */
  #hitMicros = 0
  #builtHits = 0
  #buildMicros = 0
  readonly #misses = new Map<MissCause, number>()
  readonly #clearedBy = new Map<string, number>()

  constructor(entity: string) {
    this.entity = entity
  }

  get lookups(): number {
    return this.#lookups
  }

  hit(costMicros: number, tookMs: number): void {
    this.#lookups += 1
    this.#hits += 1
    this.#hitMicros += tookMs * 1000
    if (costMicros === 0) return
    this.#builtHits += 1
    this.#buildMicros += costMicros
  }

  missed(cause: MissCause, times = 1): void {
    this.#lookups += times
    if (times > 0) this.#misses.set(cause, (this.#misses.get(cause) ?? 0) + times)
  }

  /** Notes the tag whose clear voided an entry, besides the miss. */
  clearedBy(tag: string): void {
    plusOne(this.#clearedBy, tag, MAX_TAGS)
  }

  /** Returns the counts since the last call. */
  take(): Tally {
    const counted: [string, number][] = [
      ["lookups", this.#lookups],
      ["hits", this.#hits],
      ["hitMicros", Math.round(this.#hitMicros)],
      ["builtHits", this.#builtHits],
      ["buildMicros", this.#buildMicros],
      ...[...this.#misses].map(([cause, count]): [string, number] => [`misses.${cause}`, count]),
      ...[...this.#clearedBy].map(([tag, count]): [string, number] => [CLEARED_BY + tag, count]),
    ]
    this.#lookups = this.#hits = this.#hitMicros = this.#builtHits = this.#buildMicros = 0
    this.#misses.clear()
    this.#clearedBy.clear()
    return new Map(counted.filter(([, count]) => count > 0))
  }
}

/** Adds one to a name's count, unless it is a new name and there are `limit` already. */
export function plusOne(counts: Map<string, number>, name: string, limit: number): void {
  const count = counts.get(name) ?? 0
  if (count > 0 || counts.size < limit) counts.set(name, count + 1)
}
