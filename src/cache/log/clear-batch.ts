import type { Hash } from "../hash"
import type { FlowClear } from "./flow-clear"
import type { ClearRecord, ClearTargets } from "./record"
import type { TagVersions } from "./tag-versions"

export interface ClearOutcome {
  /**
   * - applied: no lookup that starts after this, in any process, sees what was cleared.
   * - pending: Memcached could not be reached yet. The clear will be delivered. Until then this process serves nothing,
   *   and other processes that do reach Memcached may still serve what was cleared.
   * - nothing: the call named nothing to clear.
   */
  readonly status: "applied" | "pending" | "nothing"
}

type Listener = (outcome: ClearOutcome) => void

/** Clears that wait together and become one record. */
export class ClearBatch {
  readonly #explicit = new Set<Hash>()
  readonly #automatic = new Set<Hash>()
  /** Hashes that more than one call named. */
  readonly #shared = new Set<Hash>()
  readonly #flowClears: FlowClear[] = []
  #everything = false
  #waiting: Listener[] = []
  #waitingSince: number | undefined
  #calls = 0

  get size(): number {
    return this.#explicit.size + this.#automatic.size
  }

  get calls(): number {
    return this.#calls
  }

  /** When the oldest unanswered call began to wait, by `Runtime.elapsed()`. */
  get waitingSince(): number | undefined {
    return this.#waitingSince
  }

  add(targets: ClearTargets, now: number, listener: Listener, flowClear?: FlowClear): void {
    for (const hashes of [targets.explicit, targets.automatic]) {
      for (const hash of hashes) if (this.#explicit.has(hash) || this.#automatic.has(hash)) this.#shared.add(hash)
    }
    for (const hash of targets.explicit) this.#explicit.add(hash)
    for (const hash of targets.automatic) this.#automatic.add(hash)
    if (flowClear) this.#flowClears.push(flowClear)
    if (targets.everything) this.#everything = true
    this.#waiting.push(listener)
    this.#waitingSince ??= now
    this.#calls += 1
  }

  /** Merges another batch into this one as `*`, so that pending clears cannot grow without bound. */
  absorbAsEverything(other: ClearBatch): void {
    this.becomeEverything()
    // A loop, not a spread: 200,000 arguments do not fit on the stack.
    for (const listener of other.#waiting) this.#waiting.push(listener)
    this.#waitingSince ??= other.#waitingSince
    this.#calls += other.#calls
  }

  /**
   * Tells the batch's flow clears their version. Call it once the record is in the log, before the tag versions have
   * it.
   */
  committed(version: number, tagVersions: TagVersions): void {
    const isShared = (hash: Hash): boolean => this.#everything || this.#shared.has(hash)
    for (const clear of this.#flowClears) clear.committed(version, tagVersions, isShared, this.#calls === 1)
  }

  record(id: number): ClearRecord {
    return {
      id,
      everything: this.#everything,
      explicit: this.#everything ? [] : [...this.#explicit],
      automatic: this.#everything ? [] : [...this.#automatic].filter((hash) => !this.#explicit.has(hash)),
    }
  }

  /** Answers every waiting call and returns how many there were. */
  settle(outcome: ClearOutcome): number {
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingSince = undefined
    for (const tell of waiting) tell(outcome)
    return waiting.length
  }

  protected becomeEverything(): void {
    this.#everything = true
    this.#explicit.clear()
    this.#automatic.clear()
  }
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
