import type { CacheStatus, CacheStatusReason } from "../../../types/http"
import type { Inactivity } from "../../../modules/cache-monitor/activation"
import type { Health } from "../../../cache"
import { isoOrNull } from "./presenters"

export interface Status {
  readonly status: CacheStatus
  readonly reason: CacheStatusReason | null
  readonly message: string
  readonly since: string | null
}

const WORST_FIRST = ["unreachable", "degraded", "healthy"] as const

/** Returns the worst status of all providers, unless Medusa uses none of them. */
export function statusOf(healths: readonly Health[], inactivity: Inactivity | undefined): Status {
  if (inactivity) return { status: "not_active", reason: inactivity.reason, message: inactivity.message, since: null }
  const status = WORST_FIRST.find((word) => healths.some((health) => health.status === word)) ?? "healthy"
  const worst = healths.find((health) => health.status === status)
  const reason = worst?.reason ?? null
  return { status, reason, message: messageOf(status, reason), since: isoOrNull(worst?.sinceMs ?? null) }
}

function messageOf(status: Health["status"], reason: Health["reason"]): string {
  if (reason === "clear_pending") {
    return "A clear could not be delivered to Memcached yet. It is kept and delivered when Memcached answers. Until then, nothing is served from the server that has missed it."
  }
  if (reason === "several_servers") {
    return "One address leads to several Memcached servers, so a clear on one of them does not reach the others. Nothing is served from them, and lookups go to the database. The shop keeps working. Give each server its own address, or keep only one server behind this address."
  }
  if (reason === "out_of_memory") {
    return "A Memcached server is full and rejects new entries, as memcached does with -M. Cached entries are not renewed, clears may be delayed, and more and more lookups go to the database. The shop keeps working. Start memcached without -M and with more memory (-m)."
  }
  if (reason === "no_cas") {
    return "A Memcached server runs without CAS, which its log of clears needs. Every lookup of its entries goes to the database. The shop keeps working. Start memcached without -C."
  }
  switch (status) {
    case "healthy":
      return "Memcached answers."
    case "degraded":
      return "A Memcached server is unavailable. Lookups of its entries go to the database. The shop keeps working."
    case "unreachable":
      return "No Memcached server is available. Every lookup goes to the database. The shop keeps working. Check that Memcached is running and can be reached from here."
  }
}
