import { isOfLaterVersion, type JsonItems } from "./json-items"
import type { KeySpace } from "../keys"
import { RecentMap } from "../support/recent-map"
import type { Runtime, Timer } from "../support/runtime"
import { within } from "../support/time-limit"
import {
  type Bucket,
  BUCKET_LIMITS,
  BUCKET_VERSION,
  decodeBucket,
  EMPTY_BUCKET,
  type Flush,
  hasFlush,
  MAX_BUCKET_BYTES,
  withFlush,
} from "./bucket"
import { type Counts, limited, NOTHING, sumOfCounts, sumOfTallies, tallyBetween } from "./counts"
import type { EntityStatistics } from "./entity-statistics"
import { figuresOf, type Range, type RangeFigures, type TotalFigures, totalFiguresOf } from "./range-figures"
import { NOTHING_COUNTED, type Statistics, type StatisticsSnapshot } from "./statistics"

interface Surroundings {
  readonly statistics: Statistics
  readonly entities: EntityStatistics
  readonly items: JsonItems
  /** Items on the first server, which keeps its place when servers are appended to the list. */
  readonly firstItems: JsonItems
  readonly keys: KeySpace
  readonly runtime: Runtime
  /** The time-out of one answer of Memcached, in milliseconds. */
  readonly timeoutMs: number
  /** False when nothing is shared and nothing is read. */
  readonly enabled: boolean
  /** Called when there is something to flush. */
  readonly onNote: () => void
}

/** A copy of a bucket outside of Memcached. */
export interface ArchivedBucket {
  readonly bucketSeconds: number
  /** The number of the bucket, counted from the Unix epoch. */
  readonly number: number
  /** Names the bucket among those that Memcached had for this time, one after the other. */
  readonly id: string
  /** The bucket as stored in Memcached. */
  readonly item: unknown
}

/** Keeps copies of buckets that outlive a restart of Memcached. */
export interface StatisticsArchive {
  /** Stores copies, in place of earlier ones of the same ids. */
  save(buckets: readonly ArchivedBucket[]): Promise<void>
  /** Returns the copies from this bucket on, without those of these ids. */
  read(bucketSeconds: number, firstNumber: number, without: readonly string[]): Promise<readonly ArchivedBucket[]>
  /** Forgets copies of earlier buckets. */
  prune(bucketSeconds: number, firstNumber: number): Promise<void>
}

/** Where buckets are, and how long. */
interface Kept {
  /** The number of buckets. Of more that wait in this process the oldest is dropped. */
  readonly buckets: number
  readonly ttlSeconds: number
}

interface Resolution extends Kept {
  readonly bucketSeconds: number
}

/** The range before this one is kept as well, for comparison. */
const resolution = (bucketSeconds: number, buckets: number): Resolution => ({
  ...{ bucketSeconds, buckets },
  ttlSeconds: (2 * buckets + 1) * bucketSeconds,
})

/**
 * Buckets of each range. Summing the longer ranges from minutes and quarters of an hour would take 3.3 times the items,
 * twice the bytes, and 1,344 reads for seven days, which block the event loop for 60 ms.
 */
const RESOLUTIONS: Readonly<Record<Range, Resolution>> = {
  "1h": resolution(60, 60),
  "6h": resolution(300, 72),
  "24h": resolution(900, 96),
  "7d": resolution(7_200, 84),
}

/**
 * The one bucket without an end, for scrapers: the sum over a range goes down as time passes, which would look like a
 * restart of the counter. It is kept for a week without traffic.
 */
const TOTALS: Kept = { buckets: 1, ttlSeconds: 7 * 24 * 60 * 60 }

/** Tags are left out of the totals: their counts go down when there are too many. */
const TOTALS_LIMITS = { ...BUCKET_LIMITS[0], tags: 0, tagsPerType: 0 }

/** What this process has counted for a bucket and Memcached does not have yet. */
interface PendingBucket {
  readonly name: string
  readonly kept: Kept
  /**
   * A flush that was sent at least once. Only the bucket shows whether it arrived. It is sent again before anything
   * else.
   */
  sent?: Flush
  unsent?: Counts
}

interface BucketReading extends Pick<Bucket, "id" | "counts"> {
  /** False when Memcached could not be reached. */
  readonly complete: boolean
}

const MINUTE_MS = 60_000
const PROCESS_ID_BYTES = 6

/** How long a reading waits for the archive. */
const ARCHIVE_TIMEOUT_MS = 1_000

/** The number of buckets that are written together. After an outage of hours there are some hundred. */
const SLICE_BUCKETS = 32

/** The number of buckets that are remembered. At least half are kept, which is all that is read of all ranges. */
const MAX_KNOWN_BUCKETS = 4 * Object.values(RESOLUTIONS).reduce((sum, { buckets }) => sum + buckets, 0)

/**
 * # Statistics of all processes
 *
 * Each process counts for itself and periodically adds its new counts to shared buckets of time in Memcached. There is
 * one item for each resolution and bucket, changed by compare-and-swap. Besides the sum, a bucket holds the number of
 * each process's last flush in it. A flush whose answer was lost is sent again under its old number, and is added only
 * if the bucket does not have it yet. So it is counted once, never twice.
 *
 * What cannot be delivered waits, and is added later to the bucket in which it happened. What Memcached loses is lost,
 * except for what was copied to an archive before.
 */
export class TimeSeries {
  readonly #around: Surroundings
  readonly #process: string
  /** Waiting buckets by the name of the item. */
  readonly #pending = new Map<string, PendingBucket>()
  /** Buckets as last read, for when Memcached is away. */
  readonly #known = new RecentMap<string, Bucket>(MAX_KNOWN_BUCKETS)
  /** The bucket that was running at the last copy with all answers of Memcached, by the seconds of a bucket. */
  readonly #archivedTo = new Map<number, number>()
  #collected: StatisticsSnapshot = NOTHING_COUNTED
  #collectedAtMs: number
  #noted = false
  #minute: Timer | undefined
  #flushNumber = 0
  #flushing: Promise<void> = Promise.resolve()
  #closed = false

  constructor(around: Surroundings) {
    this.#around = around
    this.#process = around.runtime.randomId(PROCESS_ID_BYTES).toString("base64url")
    this.#collectedAtMs = around.runtime.now()
  }

  /**
   * The number of buckets that wait for Memcached. For each range it is at most the number of buckets that are shown.
   */
  get pendingBuckets(): number {
    return this.#pending.size
  }

  /** Notes that something was counted. Every lookup calls this, so a repeated call costs nothing. */
  readonly note = (): void => {
    if (this.#noted || !this.#around.enabled) return
    this.#noted = true
    // Before the first call, nothing was collected every minute.
    if (!this.#minute) this.#collectedAtMs = this.#around.runtime.now()
    this.#watchMinutes()
    this.#around.onNote()
  }

  /**
   * Reads the figures of this range and of the one before it, over all processes. Counts that wait in this process are
   * included, but not written. What Memcached has lost is taken from the archive. Never rejects, and answers within the
   * time-outs of Memcached and of the archive.
   */
  async read(range: Range, archive?: StatisticsArchive): Promise<RangeFigures> {
    const { bucketSeconds, buckets } = RESOLUTIONS[range]
    this.#collect()
    const end = bucketAt(this.#around.runtime.now(), bucketSeconds) + 1
    const first = end - 2 * buckets
    const readings = await Promise.all(
      Array.from({ length: 2 * buckets }, (_, i) => this.#readBucket(bucketSeconds, first + i))
    )
    // Of what Memcached has, a copy would be older. The page asks every few seconds, so it is not transferred either.
    const ids = readings.flatMap(({ id }) => (id === "" ? [] : [id]))
    const lost = await this.#archived(archive, bucketSeconds, first, ids)
    const counts = readings.map(({ counts }, i) => sumOfCounts([counts, ...(lost.get(first + i) ?? [])]))
    const complete = readings.every((reading) => reading.complete)
    return figuresOf(counts, end * bucketSeconds * 1000, bucketSeconds, complete)
  }

  /**
   * Copies the buckets of each range to the archive that may have changed since the last copy: the running one, the one
   * before it, and those that an outage of Memcached has delayed. Rejects when the archive does.
   */
  async archive(archive: StatisticsArchive): Promise<void> {
    const { items, keys, runtime, enabled } = this.#around
    if (!enabled) return
    for (const { bucketSeconds, buckets } of Object.values(RESOLUTIONS)) {
      const running = bucketAt(runtime.now(), bucketSeconds)
      const first = Math.max(running - buckets, (this.#archivedTo.get(bucketSeconds) ?? running) - 1)
      const numbers = Array.from({ length: running - first + 1 }, (_, i) => first + i)
      const readings = await Promise.all(
        numbers.map((number) => items.read(keys.statistics(bucketSeconds, number), MAX_BUCKET_BYTES))
      )
      const copies = readings.flatMap((reading, i) => {
        const item = reading.status === "ok" ? reading.value : undefined
        const { id } = decodeBucket(item)
        return id === "" ? [] : [{ bucketSeconds, number: first + i, id, item }]
      })
      await archive.save(copies)
      if (readings.every(({ status }) => status !== "unreachable")) this.#archivedTo.set(bucketSeconds, running)
      await archive.prune(bucketSeconds, running - 2 * buckets)
    }
  }

  /**
   * Reads the counts of all processes since they began, as Memcached has them. They only grow, whichever process reads,
   * unless Memcached loses them; so what waits in this process is left out. Returns undefined when they cannot be read.
   */
  async readTotals(): Promise<TotalFigures | undefined> {
    const { firstItems, keys, enabled } = this.#around
    if (!enabled) return undefined
    const reading = await firstItems.read(keys.totals(), MAX_BUCKET_BYTES)
    if (reading.status === "unreachable") return undefined
    const item = reading.status === "ok" ? reading.value : undefined
    return isOfLaterVersion(item, BUCKET_VERSION) ? undefined : totalFiguresOf(decodeBucket(item).counts)
  }

  /** Delivers waiting counts as far as Memcached takes them. Does nothing when nothing was counted. Never rejects. */
  flush(): Promise<void> {
    if (!this.#around.enabled) return Promise.resolve()
    this.#collect()
    this.#flushing = this.#flushing.then(() => this.#deliver())
    return this.#flushing
  }

  /** Flushes a last time, within the time that two answers may take. */
  async close(): Promise<void> {
    const { runtime, timeoutMs } = this.#around
    await within(runtime, 2 * timeoutMs, this.flush(), undefined)
    this.#closed = true
    this.#minute?.cancel()
  }

  /** Reads the counts of the archive's buckets, by number. Resolves with none when it does not answer. */
  async #archived(
    archive: StatisticsArchive | undefined,
    bucketSeconds: number,
    first: number,
    without: readonly string[]
  ): Promise<ReadonlyMap<number, readonly Counts[]>> {
    const byNumber = new Map<number, Counts[]>()
    if (!archive || !this.#around.enabled) return byNumber
    const reading = archive.read(bucketSeconds, first, without).catch(() => [])
    for (const { number, item } of await within(this.#around.runtime, ARCHIVE_TIMEOUT_MS, reading, [])) {
      const { id, counts } = decodeBucket(item)
      if (id !== "") byNumber.set(number, [...(byNumber.get(number) ?? []), counts])
    }
    return byNumber
  }

  /** Reads a bucket and adds what waits in this process. */
  async #readBucket(seconds: number, number: number): Promise<BucketReading> {
    const { items, keys, enabled } = this.#around
    if (!enabled) return { id: "", counts: NOTHING, complete: false }
    const name = keys.statistics(seconds, number)
    // Read the waiting counts before Memcached is asked. A flush that is delivered in the meantime must count once, and
    // its number reveals it.
    const { sent, unsent } = this.#pending.get(name) ?? {}
    const reading = await items.read(name, MAX_BUCKET_BYTES)
    if (reading.status === "ok") this.#known.set(name, decodeBucket(reading.value))
    else if (reading.status === "missing") this.#known.delete(name)
    const bucket = this.#known.get(name) ?? EMPTY_BUCKET
    const missing = [...(sent && !hasFlush(bucket, sent) ? [sent.counts] : []), ...(unsent ? [unsent] : [])]
    return {
      id: bucket.id,
      counts: sumOfCounts([bucket.counts, ...missing]),
      complete: reading.status !== "unreachable",
    }
  }

  /** Moves the counts since the last call to the buckets of that time. */
  #collect(): void {
    const { statistics, entities, keys, runtime, enabled } = this.#around
    this.#noted = false
    if (!enabled) return
    const snapshot = statistics.snapshot()
    const { all, types } = entities.take()
    const counts = { all: sumOfTallies([tallyBetween(this.#collected, snapshot), all]), types }
    this.#collected = snapshot
    if (counts.all.size > 0 || types.size > 0) {
      for (const kept of Object.values(RESOLUTIONS)) {
        const { bucketSeconds } = kept
        this.#add(keys.statistics(bucketSeconds, bucketAt(this.#collectedAtMs, bucketSeconds)), kept, counts)
      }
      this.#add(keys.totals(), TOTALS, limited(counts, TOTALS_LIMITS))
    }
    this.#collectedAtMs = runtime.now()
  }

  #add(name: string, kept: Kept, counts: Counts): void {
    const pending = this.#pending.get(name) ?? { name, kept }
    pending.unsent = limited(sumOfCounts([pending.unsent ?? NOTHING, counts]), BUCKET_LIMITS[0])
    this.#pending.set(name, pending)
    const alike = [...this.#pending.values()].filter((other) => other.kept === kept)
    const [oldest] = alike
    if (oldest && alike.length > kept.buckets) this.#pending.delete(oldest.name)
  }

  /** Collects at the end of each minute, where buckets of every size end. */
  #watchMinutes(): void {
    if (this.#minute || this.#closed) return
    const { runtime } = this.#around
    this.#minute = runtime.schedule(MINUTE_MS - (runtime.now() % MINUTE_MS), () => {
      this.#minute = undefined
      this.#collect()
      this.#watchMinutes()
    })
  }

  async #deliver(): Promise<void> {
    // Newest first, because they are viewed most.
    const all = [...this.#pending.values()].reverse()
    if (!all.some(({ sent, unsent }) => sent ?? (unsent && isWorthTelling(unsent)))) return
    for (let at = 0; at < all.length; at += SLICE_BUCKETS) {
      const slice = all.slice(at, at + SLICE_BUCKETS)
      const delivered = await Promise.all(slice.map((pending) => this.#deliverOne(pending)))
      if (!delivered.every(Boolean)) return this.#around.onNote()
    }
  }

  /** Delivers one bucket. Resolves with false when Memcached is not known to have taken all of it. */
  async #deliverOne(pending: PendingBucket): Promise<boolean> {
    const { name, kept } = pending
    const items = kept === TOTALS ? this.#around.firstItems : this.#around.items
    for (let sent = this.#nextFlush(pending); sent; sent = this.#nextFlush(pending)) {
      const flush = sent
      const { status } = await items.update(name, (item) => withFlush(item, flush), kept.ttlSeconds)
      if (status !== "written") return false
      pending.sent = undefined
    }
    this.#pending.delete(name)
    return true
  }

  #nextFlush(pending: PendingBucket): Flush | undefined {
    if (pending.unsent && !pending.sent) {
      pending.sent = { process: this.#process, number: ++this.#flushNumber, counts: pending.unsent }
      pending.unsent = undefined
    }
    return pending.sent
  }
}

/** Returns the number of a bucket, counted from the Unix epoch by the clock of the process that counts. */
const bucketAt = (timeMs: number, bucketSeconds: number): number => Math.floor(timeMs / 1000 / bucketSeconds)

/** Returns whether counts are worth sharing. Traffic alone is not: sharing may have caused it. */
const isWorthTelling = ({ all, types }: Counts): boolean =>
  types.size > 0 || [...all.keys()].some((name) => name !== "roundTrips" && name !== "errors")
