import { askAll } from "../support/ask"
import { checksumOf } from "../support/checksum"
import { warnOfBug } from "../support/errors"
import type { KeySpace } from "../keys"
import type { Command, MemcachedServer, Reply } from "../memcached/server"
import type { Runtime } from "../support/runtime"
import { randomUint48 } from "../support/uint48"
import type { ClearBatch, PlacedOutcome } from "./clear-batch"
import {
  encodeHead,
  firstInline,
  hasOpen,
  type Head,
  MAX_OPEN,
  type Member,
  type OpenClear,
  UNBORN_EPOCH,
} from "./head"
import type { HeadReader, HeadReading } from "./head-reader"
import { withMarks } from "./members"
import { type ClearRecord, encodeRecord, type LogRecord } from "./record"
import type { TagVersions } from "./tag-versions"

export interface CommitLimits {
  /** The number of records in the head. */
  readonly inlineRecords: number
  /** How long records are kept after they have left the head, in seconds. */
  readonly retentionSeconds: number
  /**
   * The most hashes that a record in the head may have. A larger record becomes an item of its own, because every
   * lookup reads the head. An ordinary event clears two tags.
   */
  readonly maxInlineHashes: number
  /** The most undelivered hashes. Beyond this they become one `*`: 100,000 hashes take 5 MB of sets. */
  readonly maxPendingHashes: number
}

/** What one log needs to know of the others while it appends. */
export interface Peers {
  /**
   * Gives up waiting for servers that are not reached, and returns those to be marked in this head together with a clear.
   */
  giveUpUnreached(head: Head): readonly string[]
  /** Whether there are other logs, so that a clear is open until it is in all of them. */
  readonly areAny: boolean
  /** Called when a record is in the head, or when there is no head, so that whatever was on the server is void. */
  delivered(placement: Placement): void
}

/** Where a record is: in a head of this epoch, or nowhere because there was no head. */
export interface Placement {
  readonly id: number
  readonly head: Head | undefined
  /** The servers that have been marked in it for the record. */
  readonly marked: Set<string>
  /** The clears in the record. */
  readonly batches: readonly ClearBatch[]
}

const MIN_PAUSE_MS = 20
const MAX_PAUSE_MS = 1_000

type Attempt = "applied" | "conflict" | "failed"

/** A record on its way into a log. */
interface Item {
  /** Returns the record. It gets another id when the clear begins anew elsewhere. */
  record(): ClearRecord
  /** The id under which it was last sent. It may be in the head, although no answer has said so. */
  sentId?: number
  /** Whether the record goes to all servers. */
  readonly isOpen: boolean
  readonly batches: readonly ClearBatch[]
  /** The number of its hashes. */
  readonly size: number
  /** Returns servers to be marked together with it. */
  readonly marks?: (() => readonly string[]) | undefined
  /** Called before each attempt. */
  readonly begins?: (() => void) | undefined
  /** Gets what `addEverything` resolves with. */
  readonly done?: ((marked: ReadonlySet<string> | undefined) => void) | undefined
  /** The items that it has been merged from, none of which was merged itself. */
  readonly merged?: readonly Item[]
}

/** A record that is in all logs, and is not open any more once this has been written. */
interface Closing {
  readonly placement: Placement
  readonly done: (outcome: PlacedOutcome) => void
}

/**
 * Appends clears to the log of one server, one record at a time. Nothing is ever dropped: it is kept until the server
 * can take it. What has to be closed is written together with the next record, where there is one.
 */
export class CommitQueue {
  readonly #server: MemcachedServer
  readonly #keys: KeySpace
  readonly #runtime: Runtime
  readonly #heads: HeadReader
  readonly #tagVersions: TagVersions
  readonly #limits: CommitLimits
  readonly #peers: Peers
  #queue: Item[] = []
  /** Replaced, never changed: an attempt has those with which it began. */
  #closings: readonly Closing[] = []
  /** The ids of records that may be open in the head and are of no use there any more. The next swap closes them. */
  readonly #former = new Set<number>()
  /** The item that is being appended. */
  #inFlight: Item | undefined
  /** Whether `#run` is under way. It changes in the same step as the queue, so that no new clear is overlooked. */
  #active = false
  #running: Promise<void> | undefined
  /** Whether nobody else had changed the head that was last known, when the last record was appended. */
  #isLastGood = true
  #isBehind = false
  #pendingSince: number | undefined
  #wake: (() => void) | undefined
  #closed = false

  constructor(
    server: MemcachedServer,
    keys: KeySpace,
    runtime: Runtime,
    heads: HeadReader,
    tagVersions: TagVersions,
    limits: CommitLimits,
    peers: Peers
  ) {
    this.#server = server
    this.#keys = keys
    this.#runtime = runtime
    this.#heads = heads
    this.#tagVersions = tagVersions
    this.#limits = limits
    this.#peers = peers
    server.onStateChange((state) => {
      if (state === "ready") this.#wake?.()
    })
  }

  /** Whether clears are answered "pending" because of this server until it has taken one. */
  get isBehind(): boolean {
    return this.#isBehind
  }

  /** Whether a clear was answered "pending" and has not been delivered. While it is true, nothing may be served. */
  get hasPending(): boolean {
    return this.#pendingSince !== undefined
  }

  /** The number of clears that have not been delivered, if any was answered "pending". */
  get pendingCalls(): number {
    if (!this.hasPending) return 0
    return this.#queue.reduce((sum, { batches }) => sum + batches.reduce((calls, batch) => calls + batch.calls, 0), 0)
  }

  /** Since when a clear has been pending, by `Runtime.elapsed()`. Undefined when none is. */
  get pendingSince(): number | undefined {
    return this.#pendingSince
  }

  /** Queues the record of a batch. If it has been here before under another id, that is closed in the same swap. */
  add(batch: ClearBatch, formerId?: number): void {
    if (formerId !== undefined) this.#former.add(formerId)
    this.#push({
      record: () => batch.close(),
      isOpen: true,
      batches: [batch],
      get size() {
        return batch.size
      },
    })
    if (this.#isBehind) this.#boundPending()
  }

  /**
   * Queues a clear of everything on this server. `begins` is called before each attempt, and `marks` returns other servers
   * to be marked in the head that is known then. Resolves with all that were marked in the same swap, also since they are
   * not reached, or with undefined unless the last attempt has written it. It does not count if an earlier one turns out to
   * have written it, since `begins` may have read something newer after that.
   */
  addEverything(marks?: () => readonly string[], begins?: () => void): Promise<ReadonlySet<string> | undefined> {
    const record = this.everything(randomUint48(this.#runtime))
    return new Promise((done) =>
      this.#push({ record: () => record, isOpen: false, batches: [], size: 0, marks, begins, done })
    )
  }

  /**
   * Stops serving until everything that waits has been delivered. What waits may be told that it is pending. Without
   * effect when nothing waits.
   */
  fallBehind(): void {
    if (this.#queue.length === 0) return
    this.#isBehind = true
    this.#pendingSince ??= this.#runtime.elapsed()
    this.#boundPending()
    if (this.#closed) this.#wake?.()
  }

  /** Takes a batch back. Returns false when it is being appended, or waits together with others. */
  withdraw(batch: ClearBatch): boolean {
    const at = this.#queue.findIndex(({ batches }) => batches.length === 1 && batches[0] === batch)
    const item = this.#queue[at]
    if (!item || item === this.#inFlight) return false
    this.#queue.splice(at, 1)
    this.#supersede(item)
    item.done?.(undefined)
    if (this.#queue.length === 0) {
      this.#isBehind = false
      this.#pendingSince = undefined
    }
    return true
  }

  /** Closes a clear. */
  close(placement: Placement): Promise<PlacedOutcome> {
    return new Promise((done) => {
      this.#closings = [...this.#closings, { placement, done }]
      if (this.#wake) void this.#writeClosings()
      else this.#start()
    })
  }

  /** Delivers what it can before it falls behind. */
  async end(): Promise<void> {
    this.#closed = true
    if (this.#isBehind) this.#wake?.()
    await this.#running
  }

  #push(item: Item): void {
    this.#queue.push(item)
    this.#start()
  }

  #start(): void {
    if (!this.#active) this.#running = this.#run()
  }

  async #run(): Promise<void> {
    this.#active = true
    try {
      // Wait, so that all clears of this tick join the first record.
      await Promise.resolve()
      let pauseMs = MIN_PAUSE_MS
      while (this.#queue.length > 0 || this.#closings.length > 0) {
        const [item] = this.#queue
        if (!item) {
          await this.#writeClosings()
          continue
        }
        this.#inFlight = item
        const delivered = await this.#append(item).catch((error: unknown) => this.#failed(error))
        this.#inFlight = undefined
        if (delivered) {
          this.#queue.shift()
          this.#delivered(item, delivered)
          pauseMs = MIN_PAUSE_MS
        } else {
          await this.#writeClosings()
          if (this.#closed && (this.#isBehind || this.#server.state === "closed")) return this.#giveUp()
          await this.#pause(pauseMs)
          pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)
        }
      }
    } finally {
      this.#active = false
      // What has come while the last ones were being written.
      if (this.#closings.length > 0) void this.#writeClosings()
    }
  }

  /** The server is not used any more. Whoever waits for its clears knows that, and nobody waits for the others. */
  #giveUp(): void {
    for (const { done } of this.#queue.splice(0)) done?.(undefined)
  }

  /** Keeps the queue going after an unexpected error, because clears wait in it. The head is read again. */
  #failed(error: unknown): undefined {
    this.#heads.forget()
    warnOfBug(error, "CacheClearError")
    return undefined
  }

  #delivered(item: Item, where: Delivered): void {
    this.#isBehind = false
    if (this.#queue.length === 0) this.#pendingSince = undefined
    this.#peers.delivered({ batches: item.batches, ...where })
    item.done?.(where.head === undefined || where.isEarlier ? undefined : where.marked)
  }

  /** Closes what waits for it, without a record. */
  async #writeClosings(): Promise<void> {
    const closings = this.#closings
    if (closings.length === 0) return
    this.#closings = []
    let before: Head | undefined
    const head = await this.#heads
      .change((current) => {
        before = current
        const open = withoutClosed(current, closings)
        return open === current.open ? undefined : { open }
      })
      .catch((error: unknown) => this.#failed(error))
    for (const { placement, done } of closings) {
      if (head === undefined) done("unreachable")
      else done(head !== "missing" && before && isPlaced(before, placement) ? "done" : "begun anew")
    }
  }

  /** Merges what waits into one clear of everything when there is too much of it. */
  #boundPending(): void {
    const waiting = this.#queue.filter((item) => item !== this.#inFlight)
    if (waiting.reduce((sum, { size }) => sum + size, 0) <= this.#limits.maxPendingHashes) return
    const record = this.everything(randomUint48(this.#runtime))
    const batches = waiting.flatMap((item) => item.batches)
    // In a long outage this happens again and again. Those that only have batches need not be asked anything.
    const merged = waiting
      .flatMap((item) => item.merged ?? [item])
      .filter(({ marks, begins, done }) => marks ?? begins ?? done)
    const all: Item = {
      record: () => {
        for (const batch of batches) batch.close()
        return record
      },
      isOpen: true,
      batches,
      size: 0,
      marks: () => merged.flatMap(({ marks }) => marks?.() ?? []),
      begins: () => merged.forEach(({ begins }) => begins?.()),
      done: (marked) => merged.forEach(({ done }) => done?.(marked)),
      merged,
    }
    waiting.forEach((item) => this.#supersede(item))
    // There may be 100,000 hashes in them.
    for (const batch of batches) batch.becomeEverything()
    this.#queue = this.#inFlight ? [this.#inFlight, all] : [all]
  }

  /** Has the record closed that an item may have put into the head. */
  #supersede({ sentId }: Item): void {
    if (sentId !== undefined) this.#former.add(sentId)
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

  /** Returns where the record is, or undefined when the server cannot be reached. */
  async #append(item: Item): Promise<Delivered | undefined> {
    const { contention } = this.#heads
    for (let lost = 0; ; lost++) {
      await contention.standBack(lost)
      item.begins?.()
      const startedAt = this.#runtime.elapsed()
      const { last } = this.#heads
      // A swap on the last known head saves reading it. If the head has changed, its token reveals that.
      const isLast = lost === 0 && this.#isLastGood && last !== undefined
      const reading = isLast ? last : await this.#readHead()
      if (!reading) return undefined
      const record = item.record()
      this.#former.delete(record.id)
      // Whatever was on the server is void. What goes to no other server has nobody who would close it.
      if (reading === "unborn") {
        if (!item.isOpen || !this.#peers.areAny || (await this.#heads.leave(record.id))) return noHead(record.id)
        return undefined
      }
      if (reading.head.tail.some((known) => known.id === record.id)) return foundIn(reading.head, record.id)
      const closings = this.#closings
      const marked = new Set([...this.#peers.giveUpUnreached(reading.head), ...(item.marks?.() ?? [])])
      if (item.sentId !== record.id) this.#supersede(item)
      item.sentId = record.id
      const former = [...this.#former]
      const open = withoutClosed(reading.head, closings).filter(({ id }) => !former.includes(id))
      const closed = { ...reading.head, open }
      const next = this.#headWith(record, item.isOpen, marked, closed)
      const attempt = next.open.length > MAX_OPEN ? "conflict" : await this.#swap(item, record, next, reading)
      contention.took(this.#runtime.elapsed() - startedAt)
      if (lost === 0 && last) this.#isLastGood = isLast ? attempt === "applied" : isSameState(last, reading)
      if (attempt === "applied") {
        contention.succeeded(lost)
        for (const id of former) this.#former.delete(id)
        this.#closings = this.#closings.filter((closing) => !closings.includes(closing))
        for (const { placement, done } of closings) done(isIn(next, placement) ? "done" : "begun anew")
        return { id: record.id, head: next, marked, isEarlier: false }
      }
      if (attempt === "failed" && this.#server.state !== "ready" && this.#server.state !== "connecting") {
        return undefined
      }
      if (this.#isBehind) return undefined
    }
  }

  #readHead(): Promise<HeadReading | "unborn" | undefined> {
    return new Promise((resolve) => this.#heads.read(resolve))
  }

  #headWith(record: ClearRecord, isOpen: boolean, marked: ReadonlySet<string>, head: Head): Head {
    const version = head.version + 1
    const tail = [...head.tail, this.#isBig(record) ? ({ id: record.id, byReference: true } as const) : record]
    return {
      epoch: head.epoch,
      version,
      members: this.marked(head.members, [...marked]),
      open: isOpen && this.#peers.areAny ? this.opened(head.open, { version, id: record.id }) : head.open,
      tail: tail.slice(-this.#limits.inlineRecords),
    }
  }

  protected marked(members: readonly Member[], names: readonly string[]): readonly Member[] {
    return withMarks(members, names, this.#runtime)
  }

  protected opened(open: readonly OpenClear[], clear: OpenClear): readonly OpenClear[] {
    return [...open, clear]
  }

  protected everything(id: number): ClearRecord {
    return { id, everything: true, explicit: [], automatic: [] }
  }

  #isBig({ explicit, automatic }: ClearRecord): boolean {
    return explicit.length + automatic.length > this.#limits.maxInlineHashes
  }

  async #swap({ batches }: Item, record: ClearRecord, next: Head, { head, token }: HeadReading): Promise<Attempt> {
    const bytes = encodeHead(next)
    // A connection carries out its commands in order.
    const replies = await askAll(this.#server, [
      ...this.keepLeaving(head, next),
      ...(this.#isBig(record) ? [this.#keep(this.#keys.body(next, record.id), record)] : []),
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
      for (const batch of batches) batch.committed(next.version, this.#tagVersions)
      this.#tagVersions.append(next.version, record)
    }
    return attempt
  }

  /** Returns commands that store what leaves the head, so that it is readable elsewhere before the head loses it. */
  protected keepLeaving(head: Head, next: Head): Command[] {
    const first = firstInline(head)
    return head.tail
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
}

interface Delivered extends Pick<Placement, "id" | "head" | "marked"> {
  /** Whether an attempt before the last one has put the record there. */
  readonly isEarlier: boolean
}

/** An earlier attempt succeeded, but its answer was lost. */
const foundIn = (head: Head, id: number): Delivered => ({ id, head, marked: new Set(), isEarlier: true })

/** Whatever is on the server is void. */
const noHead = (id: number): Delivered => ({ id, head: undefined, marked: new Set(), isEarlier: false })

/**
 * Whether a record is in this head: always in one of its epoch. An unborn head that does not have it is another one than
 * the one that it was left in.
 */
export const isPlaced = (head: Head, placement: Placement): boolean =>
  isIn(head, placement) && (placement.head !== undefined || hasOpen(head, placement.id))

/** Whether a record that is in this place would be in this head. */
const isIn = ({ epoch }: Head, { head }: Placement): boolean => (head?.epoch ?? UNBORN_EPOCH) === epoch

/** Returns the clears that are open in a head once these are closed: the same array when none of them is. */
function withoutClosed(head: Head, closings: readonly Closing[]): readonly OpenClear[] {
  const ids = new Set(closings.filter(({ placement }) => isIn(head, placement)).map(({ placement }) => placement.id))
  return head.open.some(({ id }) => ids.has(id)) ? head.open.filter(({ id }) => !ids.has(id)) : head.open
}

/** Whether nobody has changed the head from one reading to the other. */
const isSameState = (a: HeadReading, b: HeadReading): boolean =>
  a.token.connection === b.token.connection && a.token.unique === b.token.unique
