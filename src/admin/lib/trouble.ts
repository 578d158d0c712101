import type { AdminCacheResponse } from "../../types/http"

/** What the banner speaks of. */
export type Trouble = "unreachable" | "degraded" | "clear_pending" | "refresh_failed"

/** The worst of what is wrong; undefined when nothing is. */
export function troubleOf(
  { status, reason }: Pick<AdminCacheResponse["cache"], "status" | "reason">,
  hasRefreshFailed: boolean
): Trouble | undefined {
  if (hasRefreshFailed) {
    return "refresh_failed"
  }
  if (reason === "clear_pending") {
    return "clear_pending"
  }
  return status === "unreachable" || status === "degraded" ? status : undefined
}
