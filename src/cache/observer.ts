import type { ClearAuthor, NamedTargets } from "./clear-input"
import type { Entry } from "./codec/entry"
import type { Hash } from "./hash"
import type { ClearOutcome } from "./log/clear-batch"
import type { CommitObserver } from "./log/commit-queue"
import type { LogReading } from "./log/log-reading"
import type { MissReason, RefusalReason } from "./results"

/** What a lookup by key has served. */
export interface ServedHit {
  /** Of the data, in bytes, before and after compression. */
  readonly rawBytes: number
  readonly bytes: number
  /** What it took to compute, in microseconds; 0 when that is not known. */
  readonly costMicros: number
}

/** What was stored. */
export interface StoredEntry {
  readonly key: string
  readonly tags: readonly string[]
  /** Of the key, then of each tag. */
  readonly hashes: readonly Hash[]
  /** Of the data, in bytes, before compression; and of the whole entry. */
  readonly rawBytes: number
  readonly bytes: number
}

/**
 * Is told what the cache does, and decides nothing: the engine works the same without it. Nothing here may throw or take long.
 */
export interface CacheObserver extends CommitObserver {
  /** A lookup is about to serve this entry, whose bytes are good during the call only. `answeredAt` by `Runtime.elapsed()`. */
  serving(entry: Entry, answeredAt: number): void
  /** A lookup by key has found this entry cleared; its bytes are good during the call only. */
  cleared(entry: Entry, reading: LogReading): void
  /** A lookup by key has ended with a hit, so long after it began. */
  hit(key: string, hit: ServedHit, tookMs: number): void
  missed(key: string, reason: MissReason): void
  lookedUpByTags(): void
  stored(entry: StoredEntry): void
  /** `bytes`: of the entry, when the server did not take it. */
  refused(key: string, reason: RefusalReason, bytes?: number): void
  /** A set was kept for seconds only, since its data may have been loaded before a clear. */
  keptBriefly(key: string, seconds: number): void
  /** A clear was called; `outcome` resolves when it has ended. */
  clearing(targets: NamedTargets, author: ClearAuthor | undefined, outcome: Promise<ClearOutcome>): void
  close(): Promise<void>
}

const ignore = (): void => undefined

/** Observes nothing. */
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
