import type { ClearAuthor, NamedTargets } from "./clear-input"
import type { Entry } from "./codec/entry"
import type { Draft } from "./draft"
import type { Hash } from "./support/hash"
import type { ClearOutcome } from "./log/clear-batch"
import type { CommitObserver } from "./log/clear-queue"
import type { LogReading } from "./log/log-reading"
import type { RepeatableRequest } from "./repeatable-request"
import type { MissReason, RefusalReason, StoredOutcome } from "./results"

/** A hit of a lookup by key. */
export interface ServedHit {
  /** The size of the data in bytes, before compression. */
  readonly rawBytes: number
  readonly bytes: number
  /** The time to compute the data as the entry has it, in microseconds; 0 when unknown. */
  readonly costMicros: number
}

/** A clear that was called. */
export interface CalledClear {
  readonly targets: NamedTargets
  readonly tagHashes: readonly Hash[]
  readonly author: ClearAuthor | undefined
}

/**
 * Observes the cache and decides nothing: the engine works the same without it. Its methods must neither throw nor take
 * long.
 */
export interface CacheObserver extends CommitObserver {
  /**
   * A lookup is about to serve this entry, whose bytes are valid during the call only. `answeredAt` is by
   * `Runtime.elapsed()`.
   */
  serving(entry: Entry, answeredAt: number): void
  /** A lookup by key has found this entry cleared. Its bytes are valid during the call only. */
  cleared(entry: Entry, reading: LogReading): void
  /** A lookup by key has hit, after `tookMs`. `request`, here and below, is what needed the entry, if it may be repeated. */
  hit(key: string, hit: ServedHit, tookMs: number, request?: RepeatableRequest): void
  missed(key: string, reason: MissReason): void
  lookedUpByTags(): void
  /** An entry was stored. */
  stored(draft: Draft, outcome: StoredOutcome, request?: RepeatableRequest): void
  /** A set was refused. `bytes` is the size of the entry when the server refused it. */
  refused(key: string, reason: RefusalReason, bytes?: number): void
  /** A set was kept for seconds only, because its data may have been loaded before a clear. */
  keptBriefly(key: string, seconds: number): void
  /** A clear was called. `outcome` resolves when it has ended, and is the same promise for all that travel together. */
  clearing(clear: CalledClear, outcome: Promise<ClearOutcome>): void
  close(): Promise<void>
}

const ignore = (): void => undefined

/** An observer that does nothing. */
export const NO_OBSERVER: CacheObserver = {
  serving: ignore,
  cleared: ignore,
  hit: ignore,
  missed: ignore,
  lookedUpByTags: ignore,
  stored: ignore,
  refused: ignore,
  keptBriefly: ignore,
  clearing: ignore,
  committed: ignore,
  pending: ignore,
  close: () => Promise.resolve(),
}
