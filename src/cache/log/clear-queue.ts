import { warnOfBug } from "../support/errors"
import type { Runtime, Timer } from "../support/runtime"
import { ClearBatch, type ClearOutcome, combined, type PlacedOutcome, splitTargets } from "./clear-batch"
import type { Placement } from "./commit-queue"
import type { FlowClear } from "./flow-clear"
import { randomUint48 } from "../support/uint48"
import type { ClearTargets } from "./record"
import { type Head, hasOpen } from "./head"
import type { ServerLog } from "./server-log"

export interface ClearLimits {
  /** How long a clear waits for the servers before it resolves as pending, in milliseconds. */
  readonly clearTimeoutMs: number
  /** The most hashes in one record; larger clears become several. At most `MAX_RECORD_HASHES`, the limit of readers. */
  readonly maxRecordHashes: number
}

/** Receives what the queue has done, for statistics. */
export interface CommitObserver {
  /** Called when a record that combines `calls` clears is in all logs. */
  committed(calls: number, tags: number): void
  /** Called when calls were answered "pending". */
  pending(calls: number): void
}

/** What a clear has to do with the servers of a cache. */
interface Servers {
  /** The logs that a clear goes to. */
  all(): readonly ServerLog[]
  /** Returns the logs of all servers that a head lists. */
  listedIn(head: Head): readonly ServerLog[]
  /** Marks servers that have not been reached, in a head that has the record. */
  mark(log: ServerLog, placement: Placement, missing: readonly ServerLog[]): Promise<PlacedOutcome>
}

/** One record on its way. */
interface Clearing {
  readonly batch: ClearBatch
  /** By log: where the record is. Undefined while it is nowhere. */
  readonly places: Map<ServerLog, Placement | undefined>
  /** The logs in which it is closed, while that holds. */
  readonly closed: Set<ServerLog>
  /** Whether it may be closed in some log. */
  isClosing: boolean
  /** Whether something may have changed since it was last looked at. */
  isNew: boolean
  wake: (() => void) | undefined
}

/**
 * The clears of this process until they are in the logs of all servers. Clears that arrive while one is being appended
 * travel together in the next record.
 *
 * With several servers a clear is open in each log until it is in all of them. Then it is closed in each, which also
 * shows that no log has begun anew in between. Only when all logs have shown that after the last of them got the clear,
 * there was a moment at which all had it.
 */
export class ClearQueue {
  readonly #servers: Servers
  readonly #runtime: Runtime
  readonly #limits: ClearLimits
  observer: CommitObserver | undefined
  #open: Clearing | undefined
  readonly #clearings = new Map<ClearBatch, Clearing>()
  /** The servers of clears that were answered "pending" and are not everywhere. */
  readonly #held = new Map<ServerLog, { readonly since: number; readonly batches: Set<ClearBatch> }>()
  #deadline: Timer | undefined

  constructor(servers: Servers, runtime: Runtime, limits: ClearLimits) {
    this.#servers = servers
    this.#runtime = runtime
    this.#limits = limits
  }

  /** Queues a clear. `flowClear` learns what was cleared before it, unless that cannot be known. */
  append(targets: ClearTargets, flowClear?: FlowClear): Promise<ClearOutcome> {
    const parts = splitTargets(targets, this.#limits.maxRecordHashes)
    if (parts.length === 1) return this.#appendPart(targets, flowClear)
    return Promise.all(parts.map((part) => this.#appendPart(part))).then(combined)
  }

  /** Notes that a log has a record. */
  delivered(log: ServerLog, placement: Placement): void {
    for (const batch of placement.batches) {
      const clearing = this.#clearings.get(batch)
      // It may have been dropped meanwhile.
      if (!clearing?.places.has(log)) continue
      clearing.places.set(log, placement)
      if (placement.head) for (const listed of this.#servers.listedIn(placement.head)) this.#send(clearing, listed)
    }
    this.reconsider()
  }

  /**
   * Since when a clear has been pending because of this server, by `Runtime.elapsed()`. Until it is everywhere, nothing is
   * served from there. Undefined when none is.
   */
  heldSince(log: ServerLog): number | undefined {
    return this.#held.size === 0 ? undefined : this.#held.get(log)?.since
  }

  /** Sends what is under way to servers that have been added, too. What is pending elsewhere is pending there. */
  serversAdded(): void {
    for (const clearing of this.#clearings.values()) {
      for (const log of this.#servers.all()) {
        if (clearing.places.has(log)) continue
        this.#send(clearing, log)
        if (!clearing.batch.isAwaited) this.#hold(log, clearing.batch)
      }
    }
  }

  /** Forgets a server. No clear waits for it any more. */
  drop(log: ServerLog): void {
    this.#held.delete(log)
    for (const { places, closed } of this.#clearings.values()) {
      places.delete(log)
      closed.delete(log)
    }
    this.reconsider()
  }

  /** Whether a record is one of this process, which is not done with it. */
  isOwn(id: number): boolean {
    for (const { batch, places } of this.#clearings.values()) {
      if (batch.id === id) return true
      for (const placement of places.values()) if (placement?.id === id) return true
    }
    return false
  }

  /** Looks again at what the clears wait for: a server has become reachable or unreachable. */
  reconsider(): void {
    for (const clearing of this.#clearings.values()) look(clearing)
  }

  #appendPart(part: ClearTargets, flowClear?: FlowClear): Promise<ClearOutcome> {
    const clearing = this.#clearingFor(part)
    const outcome = clearing.batch.add(part, this.#runtime.elapsed(), flowClear)
    // Only now: a server that is behind may have the batch closed at once.
    if (!this.#clearings.has(clearing.batch)) this.#begin(clearing)
    this.#watchDeadline()
    // Where a server is known not to be reached, there may be nothing to wait for.
    if (this.#servers.all().some(({ commits }) => commits.isBehind)) this.#runtime.defer(() => look(clearing))
    return outcome
  }

  #clearingFor(part: ClearTargets): Clearing {
    const last = this.#open
    const size = part.explicit.length + part.automatic.length
    if (last && this.isOpen(last.batch) && last.batch.size + size <= this.#limits.maxRecordHashes) return last
    const batch = new ClearBatch(randomUint48(this.#runtime))
    const clearing: Clearing = {
      batch,
      places: new Map(),
      closed: new Set(),
      isClosing: false,
      isNew: false,
      wake: undefined,
    }
    this.#open = clearing
    return clearing
  }

  #begin(clearing: Clearing): void {
    this.#clearings.set(clearing.batch, clearing)
    for (const log of this.#servers.all()) this.#send(clearing, log)
    void this.#see(clearing).catch((error: unknown) => warnOfBug(error, "CacheClearError"))
  }

  /** Returns whether more clears may join the batch. A batch that is being appended is fixed. */
  protected isOpen(batch: ClearBatch): boolean {
    return batch.isOpen
  }

  #send({ batch, places }: Clearing, log: ServerLog): void {
    if (places.has(log)) return
    places.set(log, undefined)
    log.commits.add(batch)
  }

  /** Sees a clear through, from its first record to its last answer. */
  async #see(clearing: Clearing): Promise<void> {
    const { batch } = clearing
    for (;;) {
      if (!clearing.isNew) await new Promise<void>((resolve) => (clearing.wake = resolve))
      clearing.isNew = false
      const missing = missingFrom(clearing)
      if (!this.#isGivenUp(clearing, missing)) continue
      for (const log of missing) log.commits.fallBehind()
      if (isOpenAnywhere(clearing) && !(await this.#finish(clearing, missing))) continue
      if (missing.length === 0) return this.#applied(batch)
      this.#answerPending(clearing)
      if (this.#isLeftToMarks(clearing, missing)) return this.#end(batch)
      this.#watchDeadline()
    }
  }

  #applied(batch: ClearBatch): void {
    this.observer?.committed(batch.calls, batch.size)
    batch.settle({ status: "applied" })
    this.#end(batch)
  }

  /**
   * Whether nothing is left to do for a pending clear: the servers that it has not reached are marked elsewhere, and are
   * cleared as a whole before anything is served from them. So what is kept does not grow while a server is away.
   */
  #isLeftToMarks(clearing: Clearing, missing: readonly ServerLog[]): boolean {
    const { batch, places } = clearing
    if (![...places.values()].some((placement) => placement?.head !== undefined)) return false
    for (const log of missing) if (log.commits.withdraw(batch)) places.delete(log)
    return missingFrom(clearing).length === 0
  }

  #end(batch: ClearBatch): void {
    this.#clearings.delete(batch)
    for (const [log, { batches }] of this.#held) {
      if (batches.delete(batch) && batches.size === 0) this.#held.delete(log)
    }
    this.#deadline?.cancel()
    this.#deadline = undefined
    this.#watchDeadline()
  }

  /** Whether a clear need not wait for the servers that it has not reached. */
  #isGivenUp({ places }: Clearing, missing: readonly ServerLog[]): boolean {
    const isAnywhere = missing.length < places.size
    return missing.every((log) => log.commits.isBehind || (isAnywhere && log.isDown))
  }

  /**
   * Marks the servers that were not reached, and closes the clear in the logs of all others. Returns false when that is
   * not all: something has changed meanwhile, or has to.
   */
  async #finish(clearing: Clearing, missing: readonly ServerLog[]): Promise<boolean> {
    const { places, closed } = clearing
    const reached = [...places].flatMap(([log, placement]) => (placement ? [{ log, placement }] : []))
    const isSame = (): boolean => {
      const now = missingFrom(clearing)
      const isMissing = now.length === missing.length && missing.every((log) => now.includes(log))
      return isMissing && places.size === reached.length + missing.length && reached.every(({ log }) => places.has(log))
    }
    const marked = await Promise.all(reached.map(({ log, placement }) => this.#servers.mark(log, placement, missing)))
    if (!isSame() || !this.#haveAll(clearing, reached, marked)) return false
    // A record of several clears is closed with the last of them.
    const together = reached.flatMap(({ placement }) =>
      placement.batches.flatMap((batch) => this.#clearings.get(batch) ?? [])
    )
    if (!together.every((each) => this.#isGivenUp(each, missingFrom(each)))) return false
    // Where there is no head, an epoch may begin without the clear as long as others do not have it. So it stays open there
    // until they do. Up to now it was there, or it would have been sent again.
    const closable = missing.length === 0 ? reached : reached.filter(({ placement }) => placement.head)
    // Also where it is closed already: that log may have begun anew since, before the last one had the clear.
    closed.clear()
    for (const each of together) each.isClosing = true
    const ended = await Promise.all(closable.map(({ log, placement }) => log.commits.close(placement)))
    if (!this.#haveAll(clearing, closable, ended) || !isSame()) return false
    for (const { log } of closable) closed.add(log)
    return true
  }

  /** Sends the record again where it is not any more. Returns whether that was nowhere. */
  #haveAll(
    clearing: Clearing,
    reached: readonly { readonly log: ServerLog }[],
    outcomes: readonly PlacedOutcome[]
  ): boolean {
    const { batch, places } = clearing
    // Where it is closed, a load that began in the meantime may count as newer than the record, and be made of what was
    // stored in the log that has begun anew. So all logs need another record.
    const beginsAnew = clearing.isClosing && outcomes.includes("begun anew")
    if (beginsAnew) {
      batch.renew(randomUint48(this.#runtime))
      clearing.isClosing = false
    }
    // A log may have been dropped meanwhile.
    const again = reached.filter(({ log }, i) => places.has(log) && (beginsAnew || outcomes[i] !== "done"))
    for (const { log } of again) {
      const former = places.get(log)
      places.set(log, undefined)
      // A record of several clears stays open for the others.
      const isAlone = former?.batches.every((each) => each === batch || !this.#clearings.has(each))
      log.commits.add(batch, beginsAnew && isAlone ? former?.id : undefined)
    }
    return again.length === 0
  }

  /**
   * Runs one timer, for the call that has waited longest. The timer keeps the process alive, so that a script that ends
   * with a clear does not exit before its answer.
   */
  #watchDeadline(): void {
    if (this.#deadline) return
    const since = [...this.#clearings.keys()].flatMap(({ waitingSince }) => waitingSince ?? [])
    if (since.length === 0) return
    const dueAt = Math.min(...since) + this.#limits.clearTimeoutMs
    const leftMs = Math.max(0, dueAt - this.#runtime.elapsed())
    this.#deadline = this.#runtime.schedule(leftMs, () => this.#becomeOverdue(dueAt), true)
  }

  /** Answers what was due by then. Later clears wait on for servers that may only be slow. */
  #becomeOverdue(dueAt: number): void {
    this.#deadline = undefined
    const isOverdue = ({ batch: { waitingSince = Infinity } }: Clearing): boolean =>
      waitingSince + this.#limits.clearTimeoutMs <= dueAt
    for (const clearing of [...this.#clearings.values()].filter(isOverdue)) {
      for (const log of missingFrom(clearing)) log.commits.fallBehind()
      this.#answerPending(clearing)
    }
    this.#watchDeadline()
    this.reconsider()
  }

  /** Answers the calls of a clear that is not everywhere yet. This process keeps to it already. */
  #answerPending({ batch, places, closed }: Clearing): void {
    if (!batch.isAwaited) return
    const logs = [...places.keys()].filter((log) => !closed.has(log))
    for (const log of logs) this.#hold(log, batch)
    const calls = batch.settle({ status: "pending", servers: logs.map(({ name }) => name) })
    this.observer?.pending(calls)
  }

  /** Serves nothing from a server until this is everywhere. */
  #hold(log: ServerLog, batch: ClearBatch): void {
    const held = this.#held.get(log) ?? { since: this.#runtime.elapsed(), batches: new Set() }
    held.batches.add(batch)
    this.#held.set(log, held)
  }
}

/** Whether a clear has to be closed: with several servers, or if there were several when it was put into a log. */
const isOpenAnywhere = ({ batch, places }: Clearing): boolean =>
  places.size > 1 || [...places.values()].some((place) => place?.head !== undefined && hasOpen(place.head, batch.id))

/** Has a clear looked at again. */
function look(clearing: Clearing): void {
  clearing.isNew = true
  clearing.wake?.()
  clearing.wake = undefined
}

const missingFrom = ({ places }: Clearing): readonly ServerLog[] =>
  [...places].flatMap(([log, placement]) => (placement ? [] : [log]))
