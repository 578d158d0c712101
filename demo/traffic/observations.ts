import type { Editions } from "./editions"
import type { Tally } from "./tally"

/** What visitors and administrator share. */
export interface Observations {
  tally: Tally
  editions: Editions
  /** Aborted when the traffic is to end. */
  signal: AbortSignal
}
