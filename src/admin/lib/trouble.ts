import type { AdminCacheResponse } from "../../types/http"

/** What the banner speaks of. */
export type Trouble =
  "unreachable" | "degraded" | "several_servers" | "out_of_memory" | "no_cas" | "clear_pending" | "refresh_failed"

/** What is told by its reason, and not by how much of the cache it takes away. */
const OF_REASONS = ["clear_pending", "several_servers", "out_of_memory", "no_cas"] as const

/** The worst of what is wrong; undefined when nothing is. */
export function troubleOf(
  { status, reason }: Pick<AdminCacheResponse["cache"], "status" | "reason">,
  hasRefreshFailed: boolean
): Trouble | undefined {
  if (hasRefreshFailed) {
    return "refresh_failed"
  }
  const named = OF_REASONS.find((trouble) => trouble === reason)
  if (named) {
    return named
  }
  return status === "unreachable" || status === "degraded" ? status : undefined
}
