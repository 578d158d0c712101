import type { Entry } from "../codec/entry"
import type { Hash } from "../hash"
import type { ClearRecord } from "./record"

/**
 * A version of the log, with the epoch that it is of. As a read version: what had been cleared before data was read from
 * its source.
 */
export interface LogVersion {
  readonly epoch: number
  readonly version: number
}

/** What a clear that somebody has asked for has done, for the sets of its own flow. */
export interface OwnClear {
  /** Its place in the log; undefined while it has none, or when this process does not know what was cleared just before. */
  readonly at: LogVersion | undefined
  /** The last clear of this hash before it, by whomever. undefined: it has not cleared the hash, or not alone. */
  priorOf(hash: Hash): number | undefined
  /** What nothing was known below before it; undefined: it has not cleared everything, or not alone. */
  readonly priorHorizon: number | undefined
}

/** What an entry can be cleared by. */
export interface Carried {
  /** Of its key and its tags. */
  readonly hashes: readonly Hash[]
  /** false: clears by events spare it. */
  readonly autoInvalidate: boolean
}

export type Verdict = "valid" | "other_epoch" | "cleared"

/** What voided an entry: one of its hashes (the first is its key's), everything, or what is no longer known. */
export type ClearCause = number | "everything" | "forgotten"

/**
 * What this process knows of the log: for each tag and key the version of its last clear. An entry is valid when nothing
 * that it carries was cleared after its read version.
 *
 * What they do not know they must not assume: `horizon` is the version below which something may have been forgotten
 * (a record that was gone, a table that was full), and an entry with an older read version is void.
 *
 * Memory: at most `maxTags` numbers in each of two tables, about 40 bytes each. Both are ordered by version, since a
 * cleared tag moves to the end.
 */
export class TagVersions {
  #epoch: number | undefined
  #version = 0
  #horizon = 0
  /** Of the last clear of everything that is known; only to say why an entry is void. */
  #everythingAt = 0
  /** Versions of explicit clears only: what an entry with `autoInvalidate: false` looks at. */
  readonly #explicit = new Map<Hash, number>()
  readonly #all = new Map<Hash, number>()
  readonly #maxTags: number

  constructor(maxTags: number) {
    this.#maxTags = maxTags
  }

  get epoch(): number | undefined {
    return this.#epoch
  }

  get version(): number {
    return this.#version
  }

  get horizon(): number {
    return this.#horizon
  }

  get size(): number {
    return this.#all.size
  }

  /** Starts over in a log of which nothing before `version` is known. */
  adopt(epoch: number, version: number): void {
    this.#epoch = epoch
    this.#version = version
    this.#horizon = version
    this.#everythingAt = 0
    this.#explicit.clear()
    this.#all.clear()
  }

  covers(readVersion: LogVersion): boolean {
    return this.#epoch === readVersion.epoch && this.#version >= readVersion.version
  }

  /** Whether they stand exactly there: the record behind it is the next one to append. */
  isAt({ epoch, version }: LogVersion): boolean {
    return this.#epoch === epoch && this.#version === version
  }

  /** The record at `version`, which follows the newest known one. */
  append(version: number, record: ClearRecord): void {
    this.#version = version
    if (record.everything) this.#horizon = version
    if (record.everything) this.#everythingAt = version
    for (const hash of record.explicit) {
      note(this.#explicit, hash, version)
      note(this.#all, hash, version)
    }
    for (const hash of record.automatic) note(this.#all, hash, version)
    this.#forgetOldest(this.#all)
    this.#forgetOldest(this.#explicit)
  }

  /** A record that nobody can tell any more: everything with an older read version may have been cleared by it. */
  skipTo(version: number): void {
    this.#version = version
    this.#horizon = version
  }

  judge(entry: Entry): Verdict {
    if (entry.epoch !== this.#epoch) return "other_epoch"
    const readVersion = entry.version
    if (readVersion < this.#horizon) return "cleared"
    if (readVersion >= this.#version) return "valid"
    const clears = entry.autoInvalidate ? this.#all : this.#explicit
    if (clears.size === 0) return "valid"
    for (let i = 0; i < entry.hashCount; i++) {
      const cleared = clears.get(entry.hashAt(i))
      if (cleared !== undefined && cleared > readVersion) return "cleared"
    }
    return "valid"
  }

  /** Why `judge` says "cleared". Not needed to serve anything: for the inspector and for statistics of misses. */
  causeOf(entry: Entry): ClearCause {
    if (entry.version < this.#everythingAt) return "everything"
    const table = entry.autoInvalidate ? this.#all : this.#explicit
    for (let at = 0; at < entry.hashCount; at++) if ((table.get(entry.hashAt(at)) ?? 0) > entry.version) return at
    return "forgotten"
  }

  /** The version of the last clear of this by name, whatever its kind. 0: none is known. */
  lastNamed(hash: Hash): number {
    return this.#all.get(hash) ?? 0
  }

  /** The version of the last clear of this, whatever its kind, or of everything; undefined when none is known. */
  lastClearOf(hash: Hash): number | undefined {
    const version = Math.max(this.#all.get(hash) ?? 0, this.#everythingAt)
    return version === 0 ? undefined : version
  }

  /** The same for an entry that is not stored yet. The clears of its own flow do not count. */
  voids(readVersion: LogVersion, { hashes, autoInvalidate }: Carried, own: readonly OwnClear[] = []): boolean {
    if (readVersion.epoch !== this.#epoch) return true
    const ownAt = (version: number): readonly OwnClear[] =>
      own.filter((clear) => clear.at?.epoch === this.#epoch && clear.at?.version === version)
    const isOwnHorizon = (): boolean =>
      ownAt(this.#horizon).some(({ priorHorizon = Infinity }) => priorHorizon <= readVersion.version)
    if (readVersion.version < this.#horizon && !isOwnHorizon()) return true
    const clears = autoInvalidate ? this.#all : this.#explicit
    return hashes.some((hash) => {
      const cleared = clears.get(hash) ?? 0
      if (cleared <= readVersion.version) return false
      return !ownAt(cleared).some((clear) => (clear.priorOf(hash) ?? Infinity) <= readVersion.version)
    })
  }

  /** Raises the horizon: the last clear of something, which has this version, is not known any more. */
  protected forget(version: number): void {
    this.#horizon = Math.max(this.#horizon, version)
  }

  #forgetOldest(table: Map<Hash, number>): void {
    if (table.size <= this.#maxTags) return
    let left = table.size - Math.floor(this.#maxTags / 2)
    for (const [hash, version] of table) {
      if (left-- <= 0) break
      table.delete(hash)
      this.forget(version)
    }
  }
}

/** Deleting first moves the hash to the end, which keeps the table in the order of versions. */
function note(table: Map<Hash, number>, hash: Hash, version: number): void {
  table.delete(hash)
  table.set(hash, version)
}
