import { type BucketCounts, addCounts } from "./bucket-counts"
import { type Bucket, decodeBucket, encodeBucket } from "./bucket-item"
import { ALL_RESOLUTIONS, type Resolution, bucketAt, bucketTtlSeconds } from "./range-figures"

/** What a process has counted for one bucket, with a number if it may have been sent. */
interface Flush {
  readonly number: number
  readonly counts: BucketCounts
}

/** Answers lost in a row, on one bucket. With more of them nothing new is sent until one is settled. */
const MAX_UNSETTLED = 8

/**
 * What waits to be added to one shared bucket. A flush whose answer was lost may be in the bucket or not; it keeps its
 * number and its content, and the bucket itself tells: it holds the number of this process's last flush that is in it.
 * Flushes are applied in their order, so one number is enough.
 */
class WaitingCounts {
  readonly #processId: string
  /** Sent, without an answer. */
  #unsettled: readonly Flush[]
  /** Not sent. */
  #unsent: BucketCounts | undefined

  constructor(processId: string, unsettled: readonly Flush[] = [], unsent?: BucketCounts) {
    this.#processId = processId
    this.#unsettled = unsettled
    this.#unsent = unsent
  }

  get isEmpty(): boolean {
    return this.#unsettled.length === 0 && this.#unsent === undefined
  }

  /** It may be in the bucket already. */
  get isInDoubt(): boolean {
    return this.#unsettled.length > 0
  }

  get unsent(): BucketCounts | undefined {
    return this.#unsent
  }

  add(counts: BucketCounts): void {
    this.#unsent = this.#unsent ? addCounts(this.#unsent, counts) : counts
  }

  /** As it is now. What is counted or settled later does not change the copy. */
  copy(): WaitingCounts {
    return new WaitingCounts(this.#processId, this.#unsettled, this.#unsent)
  }

  /** The bucket with everything in it that waits; what it holds already is not added again. */
  addedTo(bucket: Bucket): BucketCounts {
    const last = bucket.applied.get(this.#processId) ?? 0
    const missing = this.#unsettled.filter(({ number }) => number > last).map(({ counts }) => counts)
    return [...missing, ...(this.#unsent ? [this.#unsent] : [])].reduce(addCounts, bucket.counts)
  }

  /** Gives what is unsent a number, by which it is sent from now on. */
  begin(number: number): Delivery {
    if (this.#unsent && this.#unsettled.length < MAX_UNSETTLED) {
      this.#unsettled = [...this.#unsettled, { number, counts: this.#unsent }]
      this.#unsent = undefined
    }
    return new Delivery(this.#processId, this.#unsettled)
  }

  settled(): void {
    this.#unsettled = []
  }

  /** Nothing has left the process: the newest flush is as good as unsent, and can still grow. */
  takeBack(number: number): void {
    const last = this.#unsettled.at(-1)
    if (last?.number !== number) return
    this.#unsettled = this.#unsettled.slice(0, -1)
    this.#unsent = this.#unsent ? addCounts(last.counts, this.#unsent) : last.counts
  }
}

/** One attempt to bring a bucket up to date. */
class Delivery {
  readonly #processId: string
  readonly #flushes: readonly Flush[]
  /** Something may have been sent. */
  attempted = false

  constructor(processId: string, flushes: readonly Flush[]) {
    this.#processId = processId
    this.#flushes = flushes
  }

  /** The item with these flushes in it; undefined when they are in it already. */
  readonly change = (old: unknown): unknown => {
    const bucket = decodeBucket(old)
    // Another version's, in a rolling deployment: better to lose a few seconds of counting than to destroy its bucket.
    if (bucket === "newer") return undefined
    const last = bucket.applied.get(this.#processId) ?? 0
    const missing = this.#flushes.filter(({ number }) => number > last)
    const newest = missing.at(-1)
    if (!newest) return undefined
    this.attempted = true
    const applied = new Map(bucket.applied)
    applied.delete(this.#processId)
    applied.set(this.#processId, newest.number)
    return encodeBucket({ counts: missing.map(({ counts }) => counts).reduce(addCounts, bucket.counts), applied })
  }
}

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
