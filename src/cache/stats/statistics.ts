export type MissReason =
  /** Nothing stored, expired or evicted. */
  | "absent"
  /** Stored, but cleared since. */
  | "outdated"
  /** Stored under a head that is gone. */
  | "foreign"
  | "unreachable"
  /** Not an entry, another format, damaged. */
  | "unreadable"
  /** Still valid: this lookup was chosen to compute it anew before it expires. */
  | "refresh"

export type RefusalReason =
  /** Cleared while it was being computed. */
  | "stale"
  /** No position is known that is older than its load. */
  | "unproven"
  | "too_large"
  /** undefined, null, not representable in JSON, negative TTL. */
  | "not_cacheable"
  /** A newer value of the key came before this one was sent. */
  | "superseded"
  /** Too much is waiting to be stored. */
  | "overloaded"
  | "unreachable"

export interface StatisticsSnapshot {
  /** Calls of `get` with a key. */
  readonly lookups: number
  readonly hits: number
  readonly misses: Readonly<Record<MissReason, number>>
  /** Calls of `get` with tags only. */
  readonly tagLookups: number
  readonly stores: number
  readonly refused: Readonly<Record<RefusalReason, number>>
  /** Calls that named something to clear. */
  readonly clears: { readonly explicit: number; readonly automatic: number; readonly deferred: number }
  /** Records written; the difference to the calls is what merging saved. */
  readonly records: number
  readonly tagsCleared: number
  /** Sizes of entries, in bytes, before and after compression. */
  readonly bytes: {
    readonly readRaw: number
    readonly read: number
    readonly writtenRaw: number
    readonly written: number
  }
  /** What the hits would have taken to compute, in milliseconds. */
  readonly computeMsSaved: number
}

/** Counts since the process started. Told by the cache what happened; knows nothing of how. */
export class Statistics {
  #lookups = 0
  #hits = 0
  #tagLookups = 0
  #stores = 0
  #records = 0
  #tagsCleared = 0
  #computeMicrosSaved = 0
  readonly #clears = { explicit: 0, automatic: 0, deferred: 0 }
  readonly #bytes = { readRaw: 0, read: 0, writtenRaw: 0, written: 0 }
  readonly #misses: Record<MissReason, number> = {
    absent: 0,
    outdated: 0,
    foreign: 0,
    unreachable: 0,
    unreadable: 0,
    refresh: 0,
  }
  readonly #refused: Record<RefusalReason, number> = {
    stale: 0,
    unproven: 0,
    too_large: 0,
    not_cacheable: 0,
    superseded: 0,
    overloaded: 0,
    unreachable: 0,
  }

  hit(size: { rawBytes: number; bytes: number; costMicros: number }): void {
    this.#lookups += 1
    this.#hits += 1
    this.#bytes.readRaw += size.rawBytes
    this.#bytes.read += size.bytes
    this.#computeMicrosSaved += size.costMicros
  }

  miss(reason: MissReason): void {
    this.#lookups += 1
    this.#misses[reason] += 1
  }

  tagLookup(): void {
    this.#tagLookups += 1
  }

  stored(rawBytes: number, bytes: number): void {
    this.#stores += 1
    this.#bytes.writtenRaw += rawBytes
    this.#bytes.written += bytes
  }

  refused(reason: RefusalReason): void {
    this.#refused[reason] += 1
  }

  cleared(kind: "explicit" | "automatic"): void {
    this.#clears[kind] += 1
  }

  committed(_calls: number, tags: number): void {
    this.#records += 1
    this.#tagsCleared += tags
  }

  deferred(calls: number): void {
    this.#clears.deferred += calls
  }

  snapshot(): StatisticsSnapshot {
    return {
      lookups: this.#lookups,
      hits: this.#hits,
      misses: { ...this.#misses },
      tagLookups: this.#tagLookups,
      stores: this.#stores,
      refused: { ...this.#refused },
      clears: { ...this.#clears },
      records: this.#records,
      tagsCleared: this.#tagsCleared,
      bytes: { ...this.#bytes },
      computeMsSaved: Math.round(this.#computeMicrosSaved / 1000),
    }
  }
}
