import type { BucketCounts } from "./bucket-counts"
import { ALL_RESOLUTIONS, bucketAt, bucketTtlSeconds, type Resolution } from "./ranges"
import { WaitingCounts } from "./waiting-counts"

export interface PendingBucket {
  readonly resolution: Resolution
  readonly bucket: number
  readonly waiting: WaitingCounts
}

/** Of each resolution. Two hours of minutes, ten hours of five minutes, and so on, without Memcached. */
export const MAX_PENDING_BUCKETS = 120

/** What this process has counted and Memcached does not have yet, by the bucket in which it happened. */
export class PendingBuckets {
  readonly #processId: string
  readonly #byResolution: ReadonlyMap<Resolution, Map<number, WaitingCounts>>

  constructor(processId: string) {
    this.#processId = processId
    this.#byResolution = new Map(ALL_RESOLUTIONS.map((resolution) => [resolution, new Map<number, WaitingCounts>()]))
  }

  get size(): number {
    return [...this.#byResolution.values()].reduce((sum, buckets) => sum + buckets.size, 0)
  }

  /** To the buckets of this time. */
  add(counts: BucketCounts, atMs: number): void {
    for (const [resolution, buckets] of this.#byResolution) {
      this.#addTo(buckets, bucketAt(atMs, resolution.bucketSeconds), counts)
      if (buckets.size > MAX_PENDING_BUCKETS) this.#mergeOldest(buckets)
    }
  }

  copyOf(resolution: Resolution, bucket: number): WaitingCounts | undefined {
    return this.#byResolution.get(resolution)?.get(bucket)?.copy()
  }

  /** Newest first: they are looked at most. */
  all(): PendingBucket[] {
    return [...this.#byResolution].flatMap(([resolution, buckets]) =>
      [...buckets].reverse().map(([bucket, waiting]) => ({ resolution, bucket, waiting }))
    )
  }

  /** Forgets what has been delivered, and what nobody can ask for any more. */
  tidy(nowMs: number): void {
    for (const [resolution, buckets] of this.#byResolution) {
      const oldest = bucketAt(nowMs - bucketTtlSeconds(resolution) * 1000, resolution.bucketSeconds)
      for (const [bucket, waiting] of buckets) if (waiting.isEmpty || bucket < oldest) buckets.delete(bucket)
    }
  }

  #addTo(buckets: Map<number, WaitingCounts>, bucket: number, counts: BucketCounts): void {
    const waiting = buckets.get(bucket) ?? new WaitingCounts(this.#processId)
    buckets.set(bucket, waiting)
    waiting.add(counts)
  }

  /** The oldest joins the next one, except for what may be in its bucket already: rather lost than counted twice. */
  #mergeOldest(buckets: Map<number, WaitingCounts>): void {
    const [oldest, next] = [...buckets.keys()].sort((a, b) => a - b)
    if (oldest === undefined || next === undefined) return
    const unsent = buckets.get(oldest)?.unsent
    buckets.delete(oldest)
    if (unsent) this.#addTo(buckets, next, unsent)
  }
}
