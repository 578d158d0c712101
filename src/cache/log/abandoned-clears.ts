import type { Runtime } from "../support/runtime"
import type { ClearOutcome } from "./clear-batch"
import { type Head, withoutOpen } from "./head"
import { type ClearTargets, isReference } from "./record"
import type { ServerLog } from "./server-log"

/**
 * The time after which an open clear counts as abandoned, in milliseconds. It takes a few, or the time-out of a server
 * that is frozen.
 */
const PATIENCE_MS = 2_000

/** What is needed to finish a clear of somebody else. */
interface Clears {
  /** Whether this process sees the record through itself. */
  isOwn(id: number): boolean
  append(targets: ClearTargets): Promise<ClearOutcome>
}

interface OpenRecord {
  readonly id: number
  /** When this process first saw it, by `Runtime.elapsed()`. */
  readonly since: number
}

/**
 * Finishes clears whose process has died before they were in all logs. They would stay open, and whatever is loaded
 * would count as older than they are.
 *
 * The clear is made once more, and then the first one is closed. Its process may be alive: that does no harm.
 */
export class AbandonedClears {
  readonly #clears: Clears
  readonly #runtime: Runtime
  readonly #open = new Map<ServerLog, readonly OpenRecord[]>()
  readonly #finishing = new Set<number>()

  constructor(clears: Clears, runtime: Runtime) {
    this.#clears = clears
    this.#runtime = runtime
  }

  /** Takes in what a head says. */
  noted(log: ServerLog, { open }: Head): void {
    const before = this.#open.get(log) ?? []
    if (open.length === 0 && before.length === 0) return
    const now = this.#runtime.elapsed()
    this.#open.set(
      log,
      open.map(({ id }) => before.find((known) => known.id === id) ?? { id, since: now })
    )
  }

  /** Forgets a server. */
  drop(log: ServerLog): void {
    this.#open.delete(log)
  }

  /** Finishes what has been open for too long. */
  tend(): void {
    const due = this.#runtime.elapsed() - PATIENCE_MS
    for (const [log, open] of this.#open) {
      for (const { id, since } of open) if (since < due && !log.isDown) void this.#finish(log, id)
    }
  }

  async #finish(log: ServerLog, id: number): Promise<void> {
    if (this.#finishing.has(id) || this.#clears.isOwn(id)) return
    this.#finishing.add(id)
    try {
      const head = log.heads.last?.head
      const record = head?.tail.find((each) => each.id === id)
      // What the record says is only known while it is in the head.
      const targets = record && !isReference(record) ? record : { everything: true, explicit: [], automatic: [] }
      await this.#clears.append(targets)
      const logs = [...this.#open].filter(([, open]) => open.some((each) => each.id === id)).map(([each]) => each)
      await Promise.all(logs.map((each) => each.heads.change((head) => withoutOpen(head, id))))
    } finally {
      this.#finishing.delete(id)
    }
  }
}
