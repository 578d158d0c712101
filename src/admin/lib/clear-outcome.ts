import type { AdminCacheClearResult } from "../../types/http"

/** How a clear has ended. */
export type ClearOutcome =
  | { readonly kind: "answered"; readonly result: AdminCacheClearResult }
  | { readonly kind: "started"; readonly invalidationId: string }
  | { readonly kind: "failed"; readonly message: string; readonly isForbidden: boolean }

export type OutcomeTone = "success" | "info" | "warning" | "error"

/** What is said about an outcome: a key of the translations below `outcome`, and how serious it is. */
export interface OutcomeWords {
  readonly key: "cleared" | "everything" | "nothing" | "pending" | "started" | "failed" | "forbidden"
  readonly tone: OutcomeTone
}

export function wordsFor(outcome: ClearOutcome): OutcomeWords {
  switch (outcome.kind) {
    case "started":
      return { key: "started", tone: "info" }
    case "failed":
      return { key: outcome.isForbidden ? "forbidden" : "failed", tone: "error" }
    case "answered":
      return wordsForResult(outcome.result)
  }
}

function wordsForResult({ status, all }: AdminCacheClearResult): OutcomeWords {
  switch (status) {
    case "applied":
      return { key: all ? "everything" : "cleared", tone: "success" }
    case "pending":
      // The one way in which a clear can leave old data in the shop for a while.
      return { key: "pending", tone: "warning" }
    case "nothing":
    case "dry_run":
      return { key: "nothing", tone: "info" }
  }
}
