import type { Entry } from "../codec/entry"
import type { Hash } from "../support/hash"
import type { ClearRecord } from "./record"

/**
 * A version of the log and its epoch. As a read version, it says which clears had happened before data was read from
 * its source.
 */
export interface LogVersion {
  readonly epoch: number
  readonly version: number
}

/** An explicit clear, for sets of its own flow. */
export interface OwnClear {
  /**
   * Returns its effect in the log of this epoch. Undefined before it is there, or when this process does not know what
   * was cleared just before.
   */
  effectIn(epoch: number): ClearEffect | undefined
}

export interface ClearEffect {
  /** The clear's place in the log. */
  readonly version: number
  /** By hash, the version of the previous clear of it, by anyone. Without hashes that it did not clear alone. */
  readonly priors: ReadonlyMap<Hash, number>
  /** The horizon before this clear. Undefined when it did not clear everything, or not alone. */
  readonly priorHorizon: number | undefined
}

/** The parts of an entry that clears are matched against. */
export interface Carried {
  /** Hashes of the entry's key and tags. */
  readonly hashes: readonly Hash[]
  /** False when clears by events spare the entry. */
  readonly autoInvalidate: boolean
}

export type Verdict = "valid" | "other_epoch" | "cleared"

/**
 * What voided an entry: the index of one of its hashes (the first is its key's), a clear of everything, or a clear that
 * is no longer known.
 */
export type ClearCause = number | "everything" | "forgotten"

/** Versions of clears; 0 where none is known. */
export interface LastClears {
  readonly horizon: number
  readonly everything: number
  /** The last clear of each hash. */
  readonly named: readonly number[]
}

/**
 * What this process knows of the log: for each tag and key, the version of its last clear. An entry is valid when
 * nothing that it carries was cleared after its read version.
 *
 * Below the `horizon`, clears may have been forgotten, because a record was gone or a table was full. An entry with an
 * older read version is void.
 *
 * Memory: at most `maxTags` numbers in each of two tables, about 40 bytes each. Both tables are ordered by version,
 * since a cleared tag moves to the end.
 */
export class TagVersions {
  #epoch: number | undefined
  #version = 0
  #horizon = 0
  /** The version of the last known clear of everything. Only used to explain why an entry is void. */
  #everythingAt = 0
  /** The versions of explicit clears only, which apply to entries with `autoInvalidate: false`. */
  readonly #explicit = new Map<Hash, number>()
  readonly #all = new Map<Hash, number>()
  readonly #maxTags: number
  readonly #onRecord: ((record: ClearRecord) => void) | undefined

  /** Calls `onRecord` with each record that is applied. */
  constructor(maxTags: number, onRecord?: (record: ClearRecord) => void) {
    this.#maxTags = maxTags
    this.#onRecord = onRecord
  }

  get epoch(): number | undefined {
    return this.#epoch
  }

  get version(): number {
    return this.#version
  }

  /** What has been reached. Undefined before the first log. */
  get known(): LogVersion | undefined {
    return this.#epoch === undefined ? undefined : { epoch: this.#epoch, version: this.#version }
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

  /**
   * Returns whether the tag versions stand exactly at this version, so that the record after it is the next one to
   * append.
   */
  isAt({ epoch, version }: LogVersion): boolean {
    return this.#epoch === epoch && this.#version === version
  }

  /** Applies the record at `version`, which must follow the newest known one. */
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
    this.#onRecord?.(record)
  }

  /** Skips records that are lost. They may have cleared anything with an older read version. */
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

  /** Explains why `judge` returned "cleared". Only the inspector and the statistics of misses need it. */
  causeOf(entry: Entry): ClearCause {
    if (entry.version < this.#everythingAt) return "everything"
    const table = entry.autoInvalidate ? this.#all : this.#explicit
    for (let at = 0; at < entry.hashCount; at++) if ((table.get(entry.hashAt(at)) ?? 0) > entry.version) return at
    return "forgotten"
  }

  /** Returns the last known clears that count for an entry with these hashes, whatever its read version. */
  lastClears({ hashes, autoInvalidate }: Carried): LastClears {
    const table = autoInvalidate ? this.#all : this.#explicit
    return { horizon: this.#horizon, everything: this.#everythingAt, named: hashes.map((hash) => table.get(hash) ?? 0) }
  }

  /** Returns the version of the last clear that named this hash, explicit or automatic. 0 when none is known. */
  lastNamed(hash: Hash): number {
    return this.#all.get(hash) ?? 0
  }

  /**
   * Returns the version of the last clear of this hash or of everything, explicit or automatic. Undefined when none is
   * known.
   */
  lastClearOf(hash: Hash): number | undefined {
    const version = Math.max(this.#all.get(hash) ?? 0, this.#everythingAt)
    return version === 0 ? undefined : version
  }

  /** Returns whether an entry that is not stored yet would be void. Clears of its own flow do not count. */
  voids(readVersion: LogVersion, { hashes, autoInvalidate }: Carried, own: readonly OwnClear[] = []): boolean {
    const { epoch } = readVersion
    if (epoch !== this.#epoch) return true
    const effectsAt = (version: number): readonly ClearEffect[] =>
      own.flatMap((clear) => clear.effectIn(epoch) ?? []).filter((effect) => effect.version === version)
    const isOwnHorizon = (): boolean =>
      effectsAt(this.#horizon).some(({ priorHorizon = Infinity }) => priorHorizon <= readVersion.version)
    if (readVersion.version < this.#horizon && !isOwnHorizon()) return true
    const clears = autoInvalidate ? this.#all : this.#explicit
    return hashes.some((hash) => {
      const cleared = clears.get(hash) ?? 0
      if (cleared <= readVersion.version) return false
      return !effectsAt(cleared).some(({ priors }) => (priors.get(hash) ?? Infinity) <= readVersion.version)
    })
  }

  /** Raises the horizon: a clear with this version has been forgotten. */
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

/** Notes a clear. Deleting the hash first moves it to the end, which keeps the table ordered by version. */
function note(table: Map<Hash, number>, hash: Hash, version: number): void {
  table.delete(hash)
  table.set(hash, version)
}
