import type { Hash } from "../support/hash"
import type { FlowClear } from "./flow-clear"
import type { ClearRecord, ClearTargets } from "./record"
import type { TagVersions } from "./tag-versions"

export interface ClearOutcome {
  /**
   * - applied: no lookup that starts after this, in any process, sees what was cleared.
   * - pending: a server could not be reached yet. The clear will be delivered. Until then this process serves nothing
   *   from that server, nor does any that has read the head of another one since. Other processes may still serve what
   *   was cleared from it.
   * - nothing: the call named nothing to clear.
   */
  readonly status: "applied" | "pending" | "nothing"
  /** Pending: the servers that have not been told, as `host:port`. */
  readonly servers?: readonly string[]
}

/** What becomes of something that is written into the head that a record is in. */
export type PlacedOutcome =
  | "done"
  /** The head is gone, and the record with it. */
  | "begun anew"
  | "unreachable"

/** The most clears in a batch whose flows get to know what was cleared before them. */
const MAX_FLOW_CLEARS = 1_000

/** Clears that wait together and become one record, the same in every log. */
export class ClearBatch {
  #id: number
  readonly #explicit = new Set<Hash>()
  readonly #automatic = new Set<Hash>()
  /** Hashes that more than one call named. */
  readonly #shared = new Set<Hash>()
  readonly #flowClears: FlowClear[] = []
  #everything = false
  /** The outcome that all unanswered calls share. */
  #answer: { readonly outcome: Promise<ClearOutcome>; readonly tell: (outcome: ClearOutcome) => void } | undefined
  #waiting = 0
  #waitingSince: number | undefined
  #calls = 0
  #record: ClearRecord | undefined

  constructor(id: number) {
    this.#id = id
  }

  /** The id of the record. It is another one when the clear has to begin anew. */
  get id(): number {
    return this.#id
  }

  get size(): number {
    return this.#explicit.size + this.#automatic.size
  }

  get calls(): number {
    return this.#calls
  }

  /** Whether more clears may join. A batch that is being appended to a log is fixed. */
  get isOpen(): boolean {
    return this.#record === undefined
  }

  /** Whether a call waits for an answer. */
  get isAwaited(): boolean {
    return this.#waiting > 0
  }

  /** When the oldest unanswered call began to wait, by `Runtime.elapsed()`. */
  get waitingSince(): number | undefined {
    return this.#waitingSince
  }

  /** Adds a clear, and returns its outcome: the same promise for all that wait together, who may be thousands. */
  add({ everything, explicit, automatic }: ClearTargets, now: number, flowClear?: FlowClear): Promise<ClearOutcome> {
    if (!this.#everything) {
      this.#noteShared(explicit)
      this.#noteShared(automatic)
      for (const hash of explicit) this.#explicit.add(hash)
      for (const hash of automatic) this.#automatic.add(hash)
    }
    if (flowClear && this.#flowClears.length < MAX_FLOW_CLEARS) this.#flowClears.push(flowClear)
    if (everything) this.#everything = true
    this.#waiting += 1
    this.#waitingSince ??= now
    this.#calls += 1
    this.#answer ??= answer()
    return this.#answer.outcome
  }

  #noteShared(hashes: readonly Hash[]): void {
    for (const hash of hashes) if (this.#explicit.has(hash) || this.#automatic.has(hash)) this.#shared.add(hash)
  }

  /**
   * Tells the batch's flow clears their version. Call it once the record is in a log, before the tag versions have it.
   */
  committed(version: number, tagVersions: TagVersions): void {
    const isShared = (hash: Hash): boolean => this.#everything || this.#shared.has(hash)
    for (const clear of this.#flowClears) clear.committed(version, tagVersions, isShared, this.#calls === 1)
  }

  /** Returns the record. From now on nothing joins it. */
  close(): ClearRecord {
    this.#record ??= {
      id: this.#id,
      everything: this.#everything,
      explicit: this.#everything ? [] : [...this.#explicit],
      automatic: this.#everything ? [] : [...this.#automatic].filter((hash) => !this.#explicit.has(hash)),
    }
    return this.#record
  }

  /** Becomes a clear of everything, which takes no memory, however many more join it. */
  becomeEverything(): void {
    const wasOpen = this.isOpen
    this.#everything = true
    this.#explicit.clear()
    this.#automatic.clear()
    this.#shared.clear()
    this.#record = undefined
    if (!wasOpen) this.close()
  }

  /** Gives the same clear a record of its own once more. */
  renew(id: number): void {
    this.#id = id
    this.#record = undefined
    this.close()
  }

  /**
   * Answers every waiting call and returns how many there were. What their flows store is refused if they are pending: the
   * batch may stay for long, and thousands of clears join it.
   */
  settle(outcome: ClearOutcome): number {
    this.#flowClears.length = 0
    const waiting = this.#waiting
    this.#waiting = 0
    this.#waitingSince = undefined
    this.#answer?.tell(outcome)
    this.#answer = undefined
    return waiting
  }
}

function answer() {
  let tell: (outcome: ClearOutcome) => void = () => undefined
  const outcome = new Promise<ClearOutcome>((resolve) => (tell = resolve))
  return { outcome, tell }
}

/** Returns the outcome of a clear in several parts. */
export function combined(outcomes: readonly ClearOutcome[]): ClearOutcome {
  const pending = outcomes.filter(({ status }) => status === "pending")
  if (pending.length === 0) return { status: "applied" }
  return { status: "pending", servers: [...new Set(pending.flatMap(({ servers }) => servers ?? []))] }
}

/** Splits targets that do not fit into one record. */
export function splitTargets(targets: ClearTargets, maxRecordHashes: number): ClearTargets[] {
  if (targets.explicit.length + targets.automatic.length <= maxRecordHashes) return [targets]
  const parts: ClearTargets[] = []
  for (let at = 0; at < targets.explicit.length; at += maxRecordHashes) {
    parts.push({
      everything: targets.everything,
      explicit: targets.explicit.slice(at, at + maxRecordHashes),
      automatic: [],
    })
  }
  for (let at = 0; at < targets.automatic.length; at += maxRecordHashes) {
    parts.push({
      everything: targets.everything,
      explicit: [],
      automatic: targets.automatic.slice(at, at + maxRecordHashes),
    })
  }
  return parts
}
