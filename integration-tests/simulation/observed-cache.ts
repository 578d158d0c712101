import type { MemcachedServer } from "../../src/cache/memcached/server"
import { describeClear, type Oracle } from "./oracle"
import type { Scheduler } from "./scheduler"
import type { ClearRequest, FoundAnswer, SetRequest, Subject } from "./subject"
import type { Tally } from "./tally"

/** A call that has not settled. */
interface Call {
  readonly what: string
  readonly beganMs: number
}

/** How long a call may take, in milliseconds of virtual time. */
export interface Patience {
  readonly lookupMs: number
  readonly storeMs: number
  readonly clearMs: number
  readonly closeMs: number
}

/** What the observer reports to. */
export interface Referee {
  readonly oracle: Oracle
  readonly tally: Tally
  readonly scheduler: Scheduler
  violation(what: string): void
}

/**
 * Stands between the callers of one process and its cache: has every lookup judged, holds clears against the oracle's
 * clock, and sees to it that nothing rejects, hangs, or takes longer than promised (G4).
 */
export class ObservedCache implements Subject {
  readonly outstanding = new Set<Call>()
  private wasPending = false

  constructor(
    private readonly process: string,
    private readonly subject: Subject,
    private readonly referee: Referee,
    private readonly patience: Patience
  ) {}

  async get(request: { key?: string; tags?: string[] }): Promise<unknown> {
    const { oracle, tally } = this.referee
    this.noticeDelivery()
    const mark = oracle.mark()
    const beganMs = this.referee.scheduler.nowMs
    const what = `get ${request.key ?? request.tags?.join(" ")}`
    tally.lookups += 1
    // By tags it asks the index first, and then for what that names.
    const limitMs = request.key === undefined ? 2 * this.patience.lookupMs : this.patience.lookupMs
    const { value, tookMs } = await this.watch(what, limitMs, () => this.subject.get(request))
    tally.slowestLookupMs = Math.max(tally.slowestLookupMs, tookMs)
    const hits = request.key !== undefined ? asHits(value) : Array.isArray(value) ? value : undefined
    if (!hits) this.referee.violation(`${this.process}: ${what} returned ${JSON.stringify(value)}`)
    for (const hit of hits ?? []) {
      const objection = oracle.judge(this.process, mark, request, hit, beganMs)
      if (objection) this.referee.violation(`${this.process}: ${what} ${objection}`)
    }
    this.referee.scheduler.note(
      () =>
        `${this.process}: ${what} returns ${hits?.length ? hits.map((hit) => JSON.stringify(hit)).join() : "a miss"}`
    )
    if (request.key !== undefined && asHits(value).length > 0) tally.hits += 1
    return value
  }

  /** Looks up an answer. `bound` is what its flow was bound by when it began. */
  async find(key: string, bound?: number): Promise<FoundAnswer> {
    const { oracle, tally } = this.referee
    this.noticeDelivery()
    const mark = bound ?? oracle.mark()
    const beganMs = this.referee.scheduler.nowMs
    tally.answerLookups += 1
    const what = `find ${key}`
    const { value } = await this.watch(what, this.patience.lookupMs, () => this.subject.find(key))
    if (value?.text !== undefined) {
      tally.answerHits += 1
      const objection = oracle.judge(this.process, mark, { key }, JSON.parse(value.text), beganMs)
      if (objection) this.referee.violation(`${this.process}: ${what} ${objection}`)
    }
    this.referee.scheduler.note(() => `${this.process}: ${what} returns ${value?.text ?? "a miss"}`)
    return value ?? { text: undefined, store: async () => false }
  }

  async set(request: SetRequest): Promise<boolean> {
    const { tally } = this.referee
    tally.sets += 1
    const { value } = await this.watch(`set ${request.key}`, this.patience.storeMs, () => this.subject.set(request))
    this.referee.scheduler.note(() => `${this.process}: set ${request.key} ${value ? "stored" : "did not store"} it`)
    if (value) tally.stored += 1
    return value ?? false
  }

  async clear(request: ClearRequest): Promise<"applied" | "pending" | "nothing"> {
    const { oracle, tally } = this.referee
    const ticket = oracle.beginClear(this.process, request)
    const what = `clear ${describeClear(request)} (moment ${ticket.moment})`
    this.referee.scheduler.note(() => `${this.process}: ${what} begins`)
    tally.clears += 1
    const { value, tookMs } = await this.watch(what, this.patience.clearMs, () => this.subject.clear(request))
    tally.slowestClearMs = Math.max(tally.slowestClearMs, tookMs)
    this.referee.scheduler.note(() => `${this.process}: ${what} is ${value}`)
    if (value === "applied" || value === "pending") {
      tally[value] += 1
      oracle.clearResolved(ticket, value)
      this.wasPending ||= value === "pending"
    } else {
      this.referee.violation(`${this.process}: ${what} answered ${value}`)
    }
    return value ?? "nothing"
  }

  replaceServers(servers: readonly MemcachedServer[]): void {
    this.referee.scheduler.note(() => `${this.process}: uses ${servers.map(({ id }) => id).join(" ")} from now on`)
    this.subject.replaceServers(servers)
  }

  async forgetServer(id: string): Promise<boolean> {
    this.referee.scheduler.note(() => `${this.process}: forgets ${id}`)
    const { value } = await this.watch(`forget ${id}`, Infinity, () => this.subject.forgetServer(id))
    this.referee.scheduler.note(() => `${this.process}: ${id} is ${value ? "forgotten" : "not forgotten"}`)
    return value ?? false
  }

  async close(): Promise<void> {
    await this.watch("close", this.patience.closeMs, () => this.subject.close())
  }

  hasPending(): boolean {
    return this.subject.hasPending()
  }

  isRecovering(): boolean {
    return this.subject.isRecovering()
  }

  excesses(): string[] {
    return this.subject.excesses()
  }

  /** Once nothing waits any more, what was pending binds everybody. */
  noticeDelivery(): void {
    if (!this.wasPending || this.subject.hasPending()) return
    this.wasPending = false
    this.referee.tally.delivered += 1
    this.referee.oracle.clearsDelivered(this.process)
    this.referee.scheduler.note(() => `${this.process}: everything pending has been delivered`)
  }

  private async watch<T>(
    what: string,
    limitMs: number,
    begin: () => Promise<T>
  ): Promise<{ value: T | undefined; tookMs: number }> {
    const { scheduler } = this.referee
    const call = { what, beganMs: scheduler.nowMs }
    this.outstanding.add(call)
    let value: T | undefined
    try {
      value = await begin()
    } catch (error) {
      this.referee.violation(
        `${this.process}: ${what} rejected: ${error instanceof Error ? error.stack : String(error)}`
      )
    }
    this.outstanding.delete(call)
    const tookMs = scheduler.nowMs - call.beganMs
    if (tookMs > limitMs) {
      this.referee.violation(`${this.process}: ${what} took ${tookMs.toFixed(0)} ms of ${limitMs} ms`)
    }
    return { value, tookMs }
  }
}

const asHits = (value: unknown): unknown[] => (value === null || value === undefined ? [] : [value])
