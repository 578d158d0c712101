import { askUntil } from "./support/ask"
import type { Entry } from "./codec/entry"
import type { CacheParts } from "./parts"

/** The longest time that an abandoned refresh keeps other refreshes away. */
const MAX_LEASE_SECONDS = 30

const LEASE = Buffer.from("1")

/** Lets one lookup at a time compute an entry again before it expires. The others still hit. */
export class EarlyRefresh {
  readonly #parts: Pick<CacheParts, "keys" | "cluster" | "runtime" | "options">

  constructor(parts: Pick<CacheParts, "keys" | "cluster" | "runtime" | "options">) {
    this.#parts = parts
  }

  /**
   * Returns whether to refresh an entry early. The probability grows as the expiry approaches and with the cost of the
   * entry. XFetch: Vattani, Chierichetti, Lowenstein, Optimal Probabilistic Cache Stampede Prevention, 2015.
   */
  isDue({ expiresAtMs, costMicros }: Entry): boolean {
    const { options, runtime } = this.#parts
    if (options.earlyRefresh === 0 || expiresAtMs === 0 || costMicros === 0) return false
    const leftMs = expiresAtMs - runtime.now()
    const costMs = costMicros / 1000
    // ln(1/x) exceeds 30 once in 10^13 draws, so far from the expiry no random number is drawn.
    if (leftMs > costMs * options.earlyRefresh * 30) return false
    return leftMs < costMs * options.earlyRefresh * -Math.log(1 - runtime.random())
  }

  /**
   * Calls back once with whether the caller is the one that computes the entry of a key. It is not when the server does
   * not answer until `dueAt`, by `Runtime.elapsed()`.
   */
  takeLease(key: string, costMicros: number, dueAt: number, listener: (isTaken: boolean) => void): void {
    const { keys, cluster, runtime } = this.#parts
    const expiration = Math.min(MAX_LEASE_SECONDS, Math.ceil((costMicros / 1_000_000) * 2) + 1)
    const command = { op: "add", key: keys.lease(key), value: LEASE, flags: 0, expiration } as const
    askUntil({ runtime, cluster: cluster.serverOf(keys.entry(key)) }, dueAt, command, ({ status }) =>
      listener(status === "ok")
    )
  }
}
