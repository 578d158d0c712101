import type { Attributes } from "@medusajs/framework/opentelemetry/api"
import type { ClearOutcome, FoundAnswer, LookupOutcome, SetOutcome } from "../cache"
import { ENTRY_BYTES, ENTRY_COUNT, ENTRY_RAW_BYTES, OUTCOME, REASON } from "./attributes"

/** The outcome of a call, as attributes. */
export interface Outcome {
  readonly attributes: Attributes
  /** Set when Memcached failed to do its part. A miss or a refusal for another reason is no error. */
  readonly errorType?: string
}

export function ofLookup(outcome: LookupOutcome): Outcome {
  if (outcome.kind === "hit") {
    const { bytes, rawBytes } = outcome
    return { attributes: { [OUTCOME]: "hit", [ENTRY_BYTES]: bytes, [ENTRY_RAW_BYTES]: rawBytes } }
  }
  return withReason("miss", outcome.reason)
}

export const ofFoundAnswer = (found: FoundAnswer): Outcome =>
  found.kind === "hit"
    ? { attributes: { [OUTCOME]: "hit", [ENTRY_BYTES]: found.payload.length } }
    : withReason("miss", found.reason)

export function ofTagLookup(found: unknown): Outcome {
  const count = Array.isArray(found) ? found.length : 0
  return { attributes: { [OUTCOME]: count > 0 ? "hit" : "miss", [ENTRY_COUNT]: count } }
}

export function ofStore(outcome: SetOutcome): Outcome {
  if (!outcome.stored) return withReason("refused", outcome.reason)
  const { bytes, rawBytes } = outcome
  return { attributes: { [OUTCOME]: "stored", [ENTRY_BYTES]: bytes, [ENTRY_RAW_BYTES]: rawBytes } }
}

export const ofClear = ({ status }: ClearOutcome): Outcome => ({
  attributes: { [OUTCOME]: status },
  ...(status === "pending" ? { errorType: "pending" } : {}),
})

const withReason = (outcome: string, reason: string): Outcome => ({
  attributes: { [OUTCOME]: outcome, [REASON]: reason },
  ...(reason === "unreachable" ? { errorType: reason } : {}),
})
