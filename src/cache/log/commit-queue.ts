import { askAll } from "../ask"
import { checksumOf } from "../checksum"
import type { Command, MemcachedServer, Reply } from "../memcached/server"
import { warnOfBug } from "../errors"
import { readUint48, UINT48_BYTES } from "../uint48"
import type { KeySpace } from "../keys"
import type { Runtime, Timer } from "../runtime"
import { ClearBatch, type ClearOutcome, splitTargets } from "./clear-batch"
import type { FlowClear } from "./flow-clear"
import { encodeHead, firstInline, type Head } from "./head"
import type { HeadReader, HeadReading } from "./head-reader"
import { type ClearRecord, type ClearTargets, encodeRecord, type LogRecord } from "./record"
import type { TagVersions } from "./tag-versions"

export interface CommitLimits {
  /** The number of records in the head. */
  readonly inlineRecords: number
  /** How long records are kept after they have left the head, in seconds. */
  readonly retentionSeconds: number
  /** How long a clear waits for Memcached before it resolves as pending, in milliseconds. */
  readonly clearTimeoutMs: number
  /**
   * The most hashes that a record in the head may have. A larger record becomes an item of its own, because every
   * lookup reads the head. An ordinary event clears two tags.
   */
  readonly maxInlineHashes: number
  /** The most hashes in one record; larger clears become several. At most `MAX_RECORD_HASHES`, the limit of readers. */
  readonly maxRecordHashes: number
  /** The most undelivered hashes. Beyond this they become one `*`: 100,000 hashes take 5 MB of sets. */
  readonly maxPendingHashes: number
}

/** Receives what the queue has done, for statistics. */
export interface CommitObserver {
  /** Called when a record that combines `calls` clears has been appended. */
  committed(calls: number, tags: number): void
  /** Called when calls were answered "pending". */
  pending(calls: number): void
}

const MIN_PAUSE_MS = 20
const MAX_PAUSE_MS = 1_000

/**
 * The number of lost races after which the next attempt waits for a random time, so that writers do not move in step.
 */
const PATIENT_CONFLICTS = 3

type Attempt = "applied" | "conflict" | "failed"

/**
 * Appends clears to the log, one record at a time. Clears that arrive in the meantime travel together in the next
 * record. A clear is never dropped: it is kept until Memcached can take it.
 */
export class CommitQueue {
  readonly #server: MemcachedServer
  readonly #keys: KeySpace
  readonly #runtime: Runtime
  readonly #heads: HeadReader
  readonly #tagVersions: TagVersions
  readonly #limits: CommitLimits
  observer: CommitObserver | undefined
  #queue: ClearBatch[] = []
  /** The batch that is being appended. */
  #inFlight: ClearBatch | undefined
  /** Whether `#run` is under way. It changes in the same step as the queue, so that no new clear is overlooked. */
  #active = false
  #running: Promise<void> | undefined
  #deadline: Timer | undefined
  #overdue = false
  #hasPending = false
  #pendingSince: number | undefined
  #wake: (() => void) | undefined
  #closed = false

  constructor(
    server: MemcachedServer,
    keys: KeySpace,
    runtime: Runtime,
    heads: HeadReader,
    tagVersions: TagVersions,
    limits: CommitLimits
  ) {
    this.#server = server
    this.#keys = keys
    this.#runtime = runtime
    this.#heads = heads
    this.#tagVersions = tagVersions
    this.#limits = limits
    server.onStateChange((state) => {
      if (state === "ready") this.#wake?.()
    })
  }

  /** Whether a clear was answered "pending" and has not been delivered. While it is true, nothing may be served. */
  get hasPending(): boolean {
    return this.#hasPending
  }

  /** The number of clears that were answered "pending" and have not been delivered. */
  get pendingCalls(): number {
    return this.#hasPending ? this.#queue.reduce((sum, { calls }) => sum + calls, 0) : 0
  }

  /** Since when a clear has been pending, by `Runtime.elapsed()`. Undefined when none is. */
  get pendingSince(): number | undefined {
    return this.#hasPending ? this.#pendingSince : undefined
  }

  /** Queues a clear. `flowClear` learns what was cleared before it, unless that cannot be known. */
  enqueue(targets: ClearTargets, flowClear?: FlowClear): Promise<ClearOutcome> {
    const parts = splitTargets(targets, this.#limits.maxRecordHashes).map((part, _, all) =>
      this.#enqueuePart(part, all.length === 1 ? flowClear : undefined)
    )
    const [only] = parts
    if (parts.length === 1 && only) return only
    return Promise.all(parts).then(
      (outcomes) => outcomes.find((outcome) => outcome.status === "pending") ?? { status: "applied" }
    )
  }

  /** Delivers what it can within the time-out of a clear. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#overdue) this.#wake?.()
    await this.#running
  }

  #enqueuePart(part: ClearTargets, flowClear: FlowClear | undefined): Promise<ClearOutcome> {
    return new Promise((resolve) => {
      this.#openBatch(part).add(part, this.#runtime.elapsed(), resolve, flowClear)
      if (this.#overdue) {
        this.#boundPending()
        this.#leavePending()
        this.#runtime.defer(this.#answerPending)
      } else {
        this.#watchDeadline()
      }
      if (!this.#active) {
        this.#running = this.#run()
      }
    })
  }

  #openBatch(part: ClearTargets): ClearBatch {
    const last = this.#queue.at(-1)
    if (last && this.isOpen(last) && this.#fits(last, part)) return last
    const batch = new ClearBatch()
    this.#queue.push(batch)
    return batch
  }

  /** Returns whether more clears may join the batch. A batch that is being appended is fixed. */
  protected isOpen(batch: ClearBatch): boolean {
    return batch !== this.#inFlight
  }

  #fits({ size }: ClearBatch, part: ClearTargets): boolean {
    return size + part.explicit.length + part.automatic.length <= this.#limits.maxRecordHashes
  }

  async #run(): Promise<void> {
    this.#active = true
    try {
      // Wait, so that all clears of this tick join the first record.
      await Promise.resolve()
      let pauseMs = MIN_PAUSE_MS
      for (let batch = this.#queue[0]; batch; batch = this.#queue[0]) {
        this.#inFlight = batch
        const delivered = await this.#append(batch).catch((error: unknown) => this.#failed(error))
        this.#inFlight = undefined
        if (delivered) {
          this.#queue.shift()
          this.#settleDelivered(batch)
          pauseMs = MIN_PAUSE_MS
        } else {
          if (this.#closed && this.#overdue) return
          await this.#pause(pauseMs)
          pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)
        }
      }
    } finally {
      this.#active = false
    }
  }

  /** Keeps the queue going after an unexpected error, because clears wait in it. The head is read again. */
  #failed(error: unknown): false {
    this.#heads.forget()
    warnOfBug(error, "CacheClearError")
    return false
  }

  #settleDelivered(batch: ClearBatch): void {
    this.#deadline?.cancel()
    this.#deadline = undefined
    this.#overdue = false
    if (this.#queue.length === 0) this.#hasPending = false
    this.observer?.committed(batch.calls, batch.size)
    batch.settle({ status: "applied" })
    this.#watchDeadline()
  }

  /**
   * Runs one timer, for the call that has waited longest. The timer keeps the process alive, so that a script that ends
   * with a clear does not exit before its answer.
   */
  #watchDeadline(): void {
    const since = this.#queue.find((batch) => batch.waitingSince !== undefined)?.waitingSince
    if (since === undefined || this.#deadline) return
    const leftMs = Math.max(0, since + this.#limits.clearTimeoutMs - this.#runtime.elapsed())
    this.#deadline = this.#runtime.schedule(leftMs, () => this.#becomeOverdue(), true)
  }

  #becomeOverdue(): void {
    this.#deadline = undefined
    this.#overdue = true
    this.#boundPending()
    this.#leavePending()
    this.#answerPending()
    if (this.#closed) this.#wake?.()
  }

  /** Stops serving until every pending clear has been delivered. */
  #leavePending(): void {
    if (!this.#hasPending) this.#pendingSince = this.#runtime.elapsed()
    this.#hasPending = true
  }

  readonly #answerPending = (): void => {
    const calls = this.#queue.reduce((sum, batch) => sum + batch.settle({ status: "pending" }), 0)
    if (calls > 0) this.observer?.pending(calls)
  }

  #boundPending(): void {
    const pending = this.#queue.reduce((sum, batch) => sum + batch.size, 0)
    if (pending <= this.#limits.maxPendingHashes) return
    const all = new ClearBatch()
    const waiting = this.#queue.filter((batch) => batch !== this.#inFlight)
    for (const batch of waiting) all.absorbAsEverything(batch)
    this.#queue = this.#inFlight ? [this.#inFlight, all] : [all]
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#runtime.schedule(milliseconds, () => this.#wake?.())
      this.#wake = () => {
        this.#wake = undefined
        timer.cancel()
        resolve()
      }
    })
  }

  /** Returns true once the record is in the log, false when the server cannot be reached. */
  async #append(batch: ClearBatch): Promise<boolean> {
    const record = batch.record(this.#newId())
    // A swap on the last known head often succeeds at once. If the head has changed, its token reveals that.
    let reading = this.#heads.last
    for (let conflicts = 0; ;) {
      reading ??= await this.#readHead()
      if (!reading) return false
      // An earlier attempt succeeded, but its answer was lost.
      if (reading.head.tail.some((known) => known.id === record.id)) return true
      const attempt = await this.#swap(batch, record, reading)
      if (attempt === "applied") return true
      reading = undefined
      if (attempt === "failed" && this.#server.state !== "ready" && this.#server.state !== "connecting") return false
      conflicts += 1
      if (this.#overdue) return false
      if (conflicts > PATIENT_CONFLICTS) {
        await this.#pause(this.#runtime.random() * Math.min(2 ** conflicts, MAX_PAUSE_MS))
      }
    }
  }

  #readHead(): Promise<HeadReading | undefined> {
    return new Promise((resolve) => this.#heads.read(resolve))
  }

  async #swap(batch: ClearBatch, record: ClearRecord, { head, token }: HeadReading): Promise<Attempt> {
    const big = record.explicit.length + record.automatic.length > this.#limits.maxInlineHashes
    const tail: LogRecord[] = [...head.tail, big ? { id: record.id, byReference: true } : record]
    const next: Head = {
      epoch: head.epoch,
      version: head.version + 1,
      tail: tail.slice(-this.#limits.inlineRecords),
    }
    const bytes = encodeHead(next)
    // A connection carries out its commands in order.
    const replies = await askAll(this.#server, [
      ...this.keepLeaving(head, next, tail),
      ...(big ? [this.#keep(this.#keys.body(next, record.id), record)] : []),
      this.#heads.replacing(token, bytes),
    ])
    const swapped = replies.at(-1)
    const attempt = this.outcomeOf(swapped)
    if (attempt !== "applied" || !swapped?.cas) {
      this.#heads.forget()
      return attempt
    }
    this.#heads.note({ head: next, bytes, token: swapped.cas })
    if (this.#tagVersions.isAt(head)) {
      batch.committed(next.version, this.#tagVersions)
      this.#tagVersions.append(next.version, record)
    }
    return attempt
  }

  /** Returns commands that store what leaves the head, so that it is readable elsewhere before the head loses it. */
  protected keepLeaving(head: Head, next: Head, tail: readonly LogRecord[]): Command[] {
    const first = firstInline(head)
    return tail
      .slice(0, firstInline(next) - first)
      .map((record, i) => this.#keep(this.#keys.record({ epoch: head.epoch, version: first + i }), record))
  }

  /**
   * Judges the answer to a swap. Without an answer nobody knows whether it was carried out, so the next attempt reads
   * the head.
   */
  protected outcomeOf(swapped: Reply | undefined): Attempt {
    if (swapped?.status === "exists" || swapped?.status === "missing") return "conflict"
    return swapped?.status === "ok" && swapped.cas ? "applied" : "failed"
  }

  #keep(key: string, record: LogRecord): Command {
    const value = encodeRecord(record)
    return { op: "set", key, value, flags: checksumOf(value, key), expiration: this.#limits.retentionSeconds }
  }

  #newId(): number {
    return readUint48(this.#runtime.randomId(UINT48_BYTES), 0)
  }
}
