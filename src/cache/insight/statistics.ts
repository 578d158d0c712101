import type { MemcachedServer } from "../memcached/server"
import type { MissReason, RefusalReason } from "../results"

/** Why a lookup missed, as far as this process knows. */
export type MissCause =
  | Exclude<MissReason, "absent" | "other_epoch">
  /** This process has not met the key before. */
  | "new"
  | "expired"
  /** Stored in a log that is gone: Memcached has been restarted, or has lost the head. */
  | "restarted"
  /** Gone before its time: Memcached needed the room or was restarted, or another process has removed it. */
  | "removed"
  /** The data was too large to be stored. */
  | "too_large"
  /** The data could not be stored for another reason, see `RefusalReason`. */
  | "not_stored"

export interface StatisticsSnapshot {
  /** Calls of `get` with a key. */
  readonly lookups: number
  readonly hits: number
  readonly misses: Readonly<Record<MissCause, number>>
  /**
   * Calls of `get` with a key whose data turned out not to be cacheable. They count neither as lookups nor as misses.
   */
  readonly uncacheable: number
  /** Calls of `get` with tags only. */
  readonly tagLookups: number
  readonly sets: number
  /** Sets whose data may have been loaded before a clear. They are kept for 10 seconds. */
  readonly keptBriefly: number
  readonly refused: Readonly<Record<RefusalReason, number>>
  readonly clears: {
    /** Calls that named something to clear. */
    readonly explicit: number
    readonly automatic: number
    /** Calls that were answered "pending". */
    readonly pending: number
    /** Calls that travelled in the record of another call. */
    readonly merged: number
  }
  /** Records written. */
  readonly records: number
  readonly tagsCleared: number
  /** Commands that Memcached did not answer, or answered with an error. */
  readonly errors: number
  /**
   * Writes to a socket that wait for an answer. The commands of one tick share one. Everything that the process sends
   * is included, also what the plugin does in the background, so the number equals what a proxy in front of Memcached
   * sees. Only the diagnosis at start-up and identity checks have connections of their own.
   */
  readonly roundTrips: number
  /** Sizes of entries, in bytes, before and after compression. */
  readonly bytes: {
    readonly readRaw: number
    readonly read: number
    readonly writtenRaw: number
    readonly written: number
  }
  /** The time that it usually takes to compute what the hits returned, less the time of the hits, in milliseconds. */
  readonly timeSavedMs: number
  /** Stored entries of which it is known how long their data took to compute. */
  readonly builds: number
  /** The time that these took together, in milliseconds. */
  readonly buildMs: number
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] extends number ? number : Mutable<T[Name]> }

const nothingCounted = (): Mutable<StatisticsSnapshot> => ({
  lookups: 0,
  hits: 0,
  misses: {
    new: 0,
    cleared: 0,
    expired: 0,
    removed: 0,
    restarted: 0,
    other_tags: 0,
    refresh: 0,
    too_large: 0,
    not_stored: 0,
    unreachable: 0,
    unreadable: 0,
  },
  uncacheable: 0,
  tagLookups: 0,
  sets: 0,
  keptBriefly: 0,
  refused: {
    stale: 0,
    unproven: 0,
    too_large: 0,
    not_cacheable: 0,
    unclearable: 0,
    superseded: 0,
    overloaded: 0,
    unreachable: 0,
  },
  clears: { explicit: 0, automatic: 0, pending: 0, merged: 0 },
  records: 0,
  tagsCleared: 0,
  errors: 0,
  roundTrips: 0,
  bytes: { readRaw: 0, read: 0, writtenRaw: 0, written: 0 },
  timeSavedMs: 0,
  builds: 0,
  buildMs: 0,
})

export const NOTHING_COUNTED: StatisticsSnapshot = nothingCounted()

/** Counts since the process started. The cache reports what happened. */
export class Statistics {
  readonly #cluster: { readonly servers: readonly Pick<MemcachedServer, "traffic">[] }
  /** Those of all servers that there have been: counters do not fall when one is not used any more. */
  readonly #traffic = new Set<NonNullable<MemcachedServer["traffic"]>>()
  readonly #onCount: () => void
  readonly #counted = nothingCounted()

  /**
   * Calls `onCount` when something was counted that is worth sharing. Traffic alone is not, because sharing causes
   * traffic.
   */
  constructor(
    cluster: { readonly servers: readonly Pick<MemcachedServer, "traffic">[] } = { servers: [] },
    onCount: () => void = () => undefined
  ) {
    this.#cluster = cluster
    this.#onCount = onCount
  }

  /** Counts a hit that took `tookMs`, of an entry that takes `costMicros` to build. One of unknown cost saves nothing. */
  hit(entry: { rawBytes: number; bytes: number }, costMicros: number, tookMs: number): void {
    const counted = this.#counted
    counted.lookups += 1
    counted.hits += 1
    counted.bytes.readRaw += entry.rawBytes
    counted.bytes.read += entry.bytes
    const savedMs = costMicros / 1000 - tookMs
    if (savedMs > 0) counted.timeSavedMs += savedMs
    this.#onCount()
  }

  miss(cause: MissCause): void {
    this.#counted.lookups += 1
    this.#counted.misses[cause] += 1
    this.#onCount()
  }

  uncacheable(): void {
    this.#counted.uncacheable += 1
    this.#onCount()
  }

  tagLookup(): void {
    this.#counted.tagLookups += 1
    this.#onCount()
  }

  /** Counts a stored entry whose data took `loadMicros` to compute, 0 when unknown. */
  stored({ rawBytes, bytes, loadMicros }: { rawBytes: number; bytes: number; loadMicros: number }): void {
    this.#counted.sets += 1
    this.#counted.bytes.writtenRaw += rawBytes
    this.#counted.bytes.written += bytes
    if (loadMicros > 0) {
      this.#counted.builds += 1
      this.#counted.buildMs += loadMicros / 1000
    }
    this.#onCount()
  }

  keptBriefly(): void {
    this.#counted.keptBriefly += 1
    this.#onCount()
  }

  refused(reason: RefusalReason): void {
    this.#counted.refused[reason] += 1
    this.#onCount()
  }

  cleared(kind: "explicit" | "automatic"): void {
    this.#counted.clears[kind] += 1
    this.#onCount()
  }

  committed(calls: number, tags: number): void {
    this.#counted.records += 1
    this.#counted.tagsCleared += tags
    this.#counted.clears.merged += calls - 1
    this.#onCount()
  }

  pending(calls: number): void {
    this.#counted.clears.pending += calls
    this.#onCount()
  }

  snapshot(): StatisticsSnapshot {
    const { misses, refused, clears, bytes, timeSavedMs, buildMs, ...counted } = this.#counted
    for (const { traffic } of this.#cluster.servers) if (traffic) this.#traffic.add(traffic)
    const traffic = [...this.#traffic]
    return {
      ...counted,
      misses: { ...misses },
      refused: { ...refused },
      clears: { ...clears },
      errors: traffic.reduce((sum, { errors }) => sum + errors, 0),
      roundTrips: traffic.reduce((sum, { roundTrips }) => sum + roundTrips, 0),
      bytes: { ...bytes },
      timeSavedMs: Math.floor(timeSavedMs),
      buildMs: Math.floor(buildMs),
    }
  }
}
