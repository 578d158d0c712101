import type { AdminCacheResponse } from "../../types/http"

/** What the banner speaks of. */
export type Trouble = "unreachable" | "degraded" | "out_of_memory" | "no_cas" | "clear_pending" | "refresh_failed"

/** The worst of what is wrong; undefined when nothing is. */
export function troubleOf(
  { status, reason }: Pick<AdminCacheResponse["cache"], "status" | "reason">,
  hasRefreshFailed: boolean
): Trouble | undefined {
  if (hasRefreshFailed) {
    return "refresh_failed"
  }
  if (reason === "clear_pending" || reason === "out_of_memory" || reason === "no_cas") {
    return reason
  }
  return status === "unreachable" || status === "degraded" ? status : undefined
}
