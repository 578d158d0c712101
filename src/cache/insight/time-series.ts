import type { Cluster } from "../memcached/cluster"
import type { JsonItems } from "../json-items"
import type { KeySpace } from "../keys"
import type { Runtime, Timer } from "../runtime"
import { within } from "../time-limit"
import { isNothing, isWorthTelling, NOTHING_COUNTED, subtractSnapshots } from "./bucket-counts"
import { EMPTY_BUCKET } from "./bucket-item"
import type { EntityStatistics } from "./entity-statistics"
import {
  bucketAt,
  bucketsIn,
  bucketTtlSeconds,
  figuresOf,
  type Range,
  type RangeFigures,
  RESOLUTIONS,
  SHORTEST_BUCKET_MS,
} from "./range-figures"
import { type PendingBucket, PendingBuckets } from "./waiting-counts"
import { SharedBuckets } from "./shared-buckets"
import type { Statistics, StatisticsSnapshot } from "./statistics"

export interface Surroundings {
  readonly statistics: Statistics
  readonly entities: EntityStatistics
  readonly items: JsonItems
  readonly keys: KeySpace
  readonly runtime: Runtime
  readonly cluster: Cluster
  /** For one answer of Memcached. */
  readonly timeoutMs: number
  /** false: nothing is shared, and nothing is asked for. */
  readonly enabled: boolean
  /** There is something to be flushed. */
  readonly onNote: () => void
}

const PROCESS_ID_BYTES = 6

/** Buckets that are written together. After an outage of hours there are some hundred. */
const SLICE_BUCKETS = 32

/**
 * # Statistics of all processes
 *
 * Each process counts for itself and now and then adds what is new to shared buckets of time in Memcached: one item for
 * each resolution and bucket, changed by compare-and-swap. A bucket holds, besides the sum, the number of each process's
 * last flush that is in it. So a flush whose answer was lost is not a question: it is sent again under its old number,
 * and added only if the bucket does not have it yet. Counted once, never twice.
 *
 * What cannot be delivered waits, and is added later to the bucket in which it happened. At most that is lost which
 * Memcached itself loses.
 */
export class TimeSeries {
  readonly #around: Surroundings
  readonly #pending: PendingBuckets
  readonly #buckets: SharedBuckets
  #collected: StatisticsSnapshot = NOTHING_COUNTED.counters
  #collectedAtMs: number
  #noted = false
  #minute: Timer | undefined
  #flushNumber = 0
  #flushing: Promise<void> = Promise.resolve()
  #closed = false

  constructor(around: Surroundings) {
    const { runtime, cluster } = around
    this.#around = around
    this.#pending = new PendingBuckets(runtime.randomId(PROCESS_ID_BYTES).toString("base64url"))
    this.#buckets = new SharedBuckets(cluster)
    this.#collectedAtMs = runtime.now()
  }

  /** Buckets that wait for Memcached, at most 120 of each resolution. */
  get pendingBuckets(): number {
    return this.#pending.size
  }

  /** Something was counted. Called for every lookup, so it costs nothing when that was said already. */
  readonly note = (): void => {
    if (this.#noted || !this.#around.enabled) return
    this.#noted = true
    // Before the first one nothing was collected every minute.
    if (!this.#minute) this.#collectedAtMs = this.#around.runtime.now()
    this.#watchMinutes()
    this.#around.onNote()
  }

  /**
   * The figures of this range and the one before it, over all processes. Never rejects, and answers within the
   * time-out. Writes nothing: what waits in this process is added on the way.
   */
  async read(range: Range): Promise<RangeFigures> {
    const { keys, runtime, enabled } = this.#around
    const resolution = RESOLUTIONS[range]
    const count = 2 * bucketsIn(resolution)
    this.#collect()
    const newest = bucketAt(runtime.now(), resolution.bucketSeconds)
    const numbers = Array.from({ length: count }, (_, i) => newest - count + 1 + i)
    // Copied before Memcached is asked: what is delivered meanwhile must count once, and its number tells.
    const waiting = numbers.map((bucket) => this.#pending.copyOf(resolution, bucket))
    const { buckets, complete } = enabled
      ? await this.#buckets.read(numbers.map((bucket) => keys.statistics(resolution.bucketSeconds, bucket)))
      : { buckets: [], complete: false }
    const counts = waiting.map((own, i) => {
      const bucket = buckets[i] ?? EMPTY_BUCKET
      return own ? own.addedTo(bucket) : bucket.counts
    })
    return figuresOf(resolution, newest, counts, complete)
  }

  /** Delivers what waits, as far as Memcached takes it. Does nothing when nothing was counted. Never rejects. */
  flush(): Promise<void> {
    if (!this.#around.enabled) return Promise.resolve()
    this.#collect()
    const flushing = this.#flushing.then(() => this.#deliver())
    this.#flushing = flushing
    return flushing
  }

  /** A last flush, in no more time than two answers may take. */
  async close(): Promise<void> {
    const { runtime, timeoutMs } = this.#around
    await within(runtime, 2 * timeoutMs, this.flush(), undefined)
    this.#closed = true
    this.#minute?.cancel()
  }

  /** What was counted since the last time goes to the buckets of that time. */
  #collect(): void {
    const { statistics, entities, runtime, enabled } = this.#around
    this.#noted = false
    if (!enabled) return
    const snapshot = statistics.snapshot()
    const counters = subtractSnapshots(snapshot, this.#collected)
    const counts = { counters, ...entities.take() }
    this.#collected = snapshot
    if (!isNothing(counts)) this.#pending.add(counts, this.#collectedAtMs)
    this.#collectedAtMs = runtime.now()
  }

  /** Collects at the end of each minute, where buckets of every resolution end. */
  #watchMinutes(): void {
    if (this.#minute || this.#closed) return
    const { runtime } = this.#around
    this.#minute = runtime.schedule(SHORTEST_BUCKET_MS - (runtime.now() % SHORTEST_BUCKET_MS), () => {
      this.#minute = undefined
      this.#collect()
      this.#watchMinutes()
    })
  }

  async #deliver(): Promise<void> {
    const { runtime, onNote } = this.#around
    this.#pending.tidy(runtime.now())
    const all = this.#pending.all()
    if (!all.some(({ waiting }) => waiting.isInDoubt || (waiting.unsent && isWorthTelling(waiting.unsent)))) return
    for (let at = 0; at < all.length; at += SLICE_BUCKETS) {
      const slice = all.slice(at, at + SLICE_BUCKETS)
      const delivered = await Promise.all(slice.map((pending) => this.#deliverOne(pending)))
      if (!delivered.every(Boolean)) {
        onNote()
        break
      }
    }
    this.#pending.tidy(runtime.now())
  }

  async #deliverOne({ resolution, bucket, waiting }: PendingBucket): Promise<boolean> {
    const { items, keys } = this.#around
    const number = ++this.#flushNumber
    const delivery = waiting.begin(number)
    const name = keys.statistics(resolution.bucketSeconds, bucket)
    const { status } = await items.update(name, delivery.change, bucketTtlSeconds(resolution))
    if (status === "written") waiting.settled()
    else if (status !== "unreachable" || !delivery.attempted) waiting.takeBack(number)
    return status === "written"
  }
}
