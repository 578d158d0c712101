import type { Cache } from "../../cache"
import { type Invalidation, type InvalidationBatch, MAX_BATCHES, MAX_MESSAGE_CHARS } from "./invalidation"
import { SharedRuns } from "./shared-runs"

/** Progress is written twice a second at most. */
const WRITE_INTERVAL_MS = 500

/** That the process is alive, and that the run stands in the list, which may have been evicted. */
const HEARTBEAT_MS = 5_000

/** How often it is looked whether what was pending at the end has been delivered, or the last state can be written now. */
const AFTERMATH_MS = 1_000

/** How a run ends, for who looks at it. */
interface RunEnding {
  readonly state: "done" | "partly_done" | "failed"
  readonly message: string
}

type Changes = Partial<Omit<Invalidation, "id" | "batches">>

/** What a run needs of the cache that it clears. */
export interface ClearedCache {
  readonly insight: Pick<Cache["insight"], "shared">
  readonly log: { readonly hasPending: boolean }
}

/**
 * An invalidation that this process works on. Says how far it is, here and in Memcached. Nothing rejects: a run does not
 * fail because its progress cannot be shown.
 */
export class RunningInvalidation {
  readonly #cache: ClearedCache
  readonly #runs: SharedRuns
  #state: Invalidation
  #batchCount = 0
  #lastWriteMs = -Infinity
  #writing: Promise<boolean> | undefined
  #waiting: NodeJS.Timeout | undefined
  #heartbeat: NodeJS.Timeout | undefined
  #aftermath: NodeJS.Timeout | undefined
  #saved = true
  #whenDelivered: RunEnding | undefined
  #isTakenUp = false

  constructor(cache: ClearedCache, first: Invalidation) {
    this.#cache = cache
    this.#runs = new SharedRuns(cache.insight.shared)
    this.#state = first
  }

  get state(): Invalidation {
    return this.#state
  }

  /** It was carried out here, or is. */
  get isTakenUp(): boolean {
    return this.#isTakenUp
  }

  get isWorkedOn(): boolean {
    return this.#heartbeat !== undefined
  }

  /** Makes it known, before work on it begins. */
  async announce(): Promise<void> {
    await this.#save()
  }

  /** From now on this process works on it. What another process did of it before is done again. */
  takeUp(): void {
    this.#isTakenUp = true
    // What an earlier run has left pending says nothing about how this one ends.
    this.#whenDelivered = undefined
    this.#change({ state: "running", done: 0, pending: 0, retries: 0, endedAtMs: null, message: "" })
    this.#batchCount = 0
    this.#state = { ...this.#state, batches: [] }
    this.#heartbeat ??= setInterval(() => void this.#beat(), HEARTBEAT_MS).unref()
  }

  resolved(total: number): void {
    this.#change({ total })
    this.#writeSoon()
  }

  retrying(): void {
    this.#change({ retries: this.#state.retries + 1 })
    this.#writeSoon()
  }

  /** A batch has an answer. */
  answered(batch: Omit<InvalidationBatch, "index">): void {
    const batches = [...this.#state.batches, { index: this.#batchCount++, ...batch }].slice(-MAX_BATCHES)
    const pending = this.#state.pending + (batch.status === "pending" ? batch.targets : 0)
    this.#state = { ...this.#state, batches }
    this.#change({ done: this.#state.done + batch.targets, pending })
    this.#writeSoon()
  }

  /**
   * The last state is written, now or as soon as Memcached takes it. `whenDelivered` is how it has ended once nothing is
   * pending any more; by default nothing else changes by that, since a run may have ended so for another reason, too.
   */
  async end(ending: RunEnding, whenDelivered = ending): Promise<Invalidation> {
    const { state, message } = ending
    this.#whenDelivered = whenDelivered
    clearInterval(this.#heartbeat)
    clearTimeout(this.#waiting)
    this.#heartbeat = this.#waiting = undefined
    const endedAtMs = Date.now()
    this.#change({ state, message, endedAtMs, durationMs: Math.max(0, endedAtMs - this.#state.startedAtMs) })
    const last = this.#state
    await this.#save()
    this.#watchAftermath()
    return last
  }

  close(): void {
    clearInterval(this.#heartbeat)
    clearTimeout(this.#waiting)
    clearInterval(this.#aftermath)
  }

  #change(changes: Changes): void {
    const message = (changes.message ?? this.#state.message).slice(0, MAX_MESSAGE_CHARS)
    this.#state = { ...this.#state, heartbeatAtMs: Date.now(), ...changes, message }
  }

  async #beat(): Promise<void> {
    this.#change({})
    await this.#save()
  }

  #writeSoon(): void {
    if (this.#waiting) return
    const inMs = Math.max(0, this.#lastWriteMs + WRITE_INTERVAL_MS - performance.now())
    this.#waiting = setTimeout(() => {
      this.#waiting = undefined
      void this.#write()
    }, inMs).unref()
  }

  async #save(): Promise<void> {
    const [written, listed] = await Promise.all([this.#write(), this.#runs.enlist(this.#state.id)])
    this.#saved = written && listed
  }

  /** One after another: the answer that an earlier state is stored must not come after a later one was sent. */
  async #write(): Promise<boolean> {
    while (this.#writing) await this.#writing
    this.#lastWriteMs = performance.now()
    this.#writing = this.#runs.write(this.#state)
    const written = await this.#writing
    this.#writing = undefined
    return written
  }

  #watchAftermath(): void {
    if (this.#saved && this.#state.pending === 0) return
    this.#aftermath ??= setInterval(() => void this.#lookAgain(), AFTERMATH_MS).unref()
  }

  async #lookAgain(): Promise<void> {
    const { pending } = this.#state
    if (this.#whenDelivered && pending > 0 && !this.#cache.log.hasPending) {
      const { state, message } = this.#whenDelivered
      const later = `${pending} targets were delivered after the run had ended, once Memcached was available again.`
      this.#change({ state, pending: 0, message: `${message} ${later}` })
      this.#saved = false
    }
    if (!this.#saved) await this.#save()
    if (!this.#saved || this.#state.pending > 0) return
    clearInterval(this.#aftermath)
    this.#aftermath = undefined
  }
}
