import type { Entry } from "../codec/entry"
import type { Hash } from "../hash"
import type { ClearRecord } from "./record"

/** Where an entry stands in the log: what had been cleared before its data was read from the source. */
export interface Stamp {
  readonly lineage: number
  readonly position: number
}

/** What a clear that somebody has asked for has done, for the sets of its own flow. */
export interface OwnClear {
  /** Its place in the log; undefined while it has none, or when this process does not know what was cleared just before. */
  readonly stamp: Stamp | undefined
  /** The last clear of this hash before it, by whomever. undefined: it has not cleared the hash, or not alone. */
  priorOf(hash: Hash): number | undefined
  /** What nothing was known below before it; undefined: it has not cleared everything, or not alone. */
  readonly priorFloor: number | undefined
}

export type Verdict = "valid" | "foreign" | "outdated"

/** What voided an entry: one of its hashes (the first is its key's), everything, or what is no longer known. */
export type Culprit = number | "everything" | "forgotten"

/**
 * What this process knows of the log: for each tag and key the position of its last clear. An entry is valid when nothing
 * that it carries was cleared after its stamp.
 *
 * What the view does not know it must not assume: `floor` is the position below which something may have been forgotten
 * (a record that was gone, a table that was full), and an entry stamped below it is void.
 *
 * Memory: at most `maxTags` numbers in each of two tables, about 40 bytes each. Both are ordered by position, since a
 * cleared tag moves to the end.
 */
export class View {
  #lineage: number | undefined
  #position = 0
  #floor = 0
  /** Of the last clear of everything that is known; only to say why an entry is void. */
  #everythingAt = 0
  /** Positions of explicit clears only: what an entry with `autoInvalidate: false` looks at. */
  readonly #explicit = new Map<Hash, number>()
  readonly #all = new Map<Hash, number>()
  readonly #maxTags: number

  constructor(maxTags: number) {
    this.#maxTags = maxTags
  }

  get lineage(): number | undefined {
    return this.#lineage
  }

  get position(): number {
    return this.#position
  }

  get floor(): number {
    return this.#floor
  }

  get size(): number {
    return this.#all.size
  }

  /** Starts over in a log of which nothing before `position` is known. */
  adopt(lineage: number, position: number): void {
    this.#lineage = lineage
    this.#position = position
    this.#floor = position
    this.#everythingAt = 0
    this.#explicit.clear()
    this.#all.clear()
  }

  covers(stamp: Stamp): boolean {
    return this.#lineage === stamp.lineage && this.#position >= stamp.position
  }

  /** The record at `position`, which follows the newest known one. */
  append(position: number, record: ClearRecord): void {
    this.#position = position
    if (record.everything) this.#floor = position
    if (record.everything) this.#everythingAt = position
    for (const hash of record.explicit) {
      note(this.#explicit, hash, position)
      note(this.#all, hash, position)
    }
    for (const hash of record.automatic) note(this.#all, hash, position)
    this.#forgetOldest(this.#all)
    this.#forgetOldest(this.#explicit)
  }

  /** A record that nobody can tell any more: everything stamped before it may have been cleared by it. */
  skipTo(position: number): void {
    this.#position = position
    this.#floor = position
  }

  judge(entry: Entry): Verdict {
    if (entry.lineage !== this.#lineage) return "foreign"
    const stamp = entry.position
    if (stamp < this.#floor) return "outdated"
    if (stamp >= this.#position) return "valid"
    const clears = entry.autoInvalidate ? this.#all : this.#explicit
    if (clears.size === 0) return "valid"
    for (let i = 0; i < entry.hashCount; i++) {
      const cleared = clears.get(entry.hashAt(i))
      if (cleared !== undefined && cleared > stamp) return "outdated"
    }
    return "valid"
  }

  /** Why `judge` says "outdated". Not needed to serve anything: for the inspector and for statistics of misses. */
  culpritOf(entry: Entry): Culprit {
    if (entry.position < this.#everythingAt) return "everything"
    const table = entry.autoInvalidate ? this.#all : this.#explicit
    for (let at = 0; at < entry.hashCount; at++) if ((table.get(entry.hashAt(at)) ?? 0) > entry.position) return at
    return "forgotten"
  }

  /** The position of the last clear of this by name, whatever its kind. 0: none is known. */
  lastNamed(hash: Hash): number {
    return this.#all.get(hash) ?? 0
  }

  /** The position of the last clear of this, whatever its kind, or of everything; undefined when none is known. */
  lastClearOf(hash: Hash): number | undefined {
    const position = Math.max(this.#all.get(hash) ?? 0, this.#everythingAt)
    return position === 0 ? undefined : position
  }

  /** The same for an entry that is not stored yet. The clears of its own flow do not count. */
  outdates(stamp: Stamp, hashes: readonly Hash[], autoInvalidate: boolean, own: readonly OwnClear[] = []): boolean {
    if (stamp.lineage !== this.#lineage) return true
    const ownAt = (position: number): readonly OwnClear[] =>
      own.filter((clear) => clear.stamp?.lineage === this.#lineage && clear.stamp?.position === position)
    const isOwnFloor = (): boolean =>
      ownAt(this.#floor).some(({ priorFloor = Infinity }) => priorFloor <= stamp.position)
    if (stamp.position < this.#floor && !isOwnFloor()) return true
    const clears = autoInvalidate ? this.#all : this.#explicit
    return hashes.some((hash) => {
      const cleared = clears.get(hash) ?? 0
      if (cleared <= stamp.position) return false
      return !ownAt(cleared).some((clear) => (clear.priorOf(hash) ?? Infinity) <= stamp.position)
    })
  }

  #forgetOldest(table: Map<Hash, number>): void {
    if (table.size <= this.#maxTags) return
    let left = table.size - Math.floor(this.#maxTags / 2)
    for (const [hash, position] of table) {
      if (left-- <= 0) break
      table.delete(hash)
      this.#floor = Math.max(this.#floor, position)
    }
  }
}

/** Deleting first moves the hash to the end, which keeps the table in the order of positions. */
function note(table: Map<Hash, number>, hash: Hash, position: number): void {
  table.delete(hash)
  table.set(hash, position)
}
