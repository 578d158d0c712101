import type { AdminCacheClearResult } from "../../../../types/http"
import { isoOrNull } from "../presenters"
import type { RunningCache } from "../../../../modules/cache-monitor/running-cache"
import { inWords, pendingMessage, staleUntilMs, type Undelivered } from "../../../../modules/cache-monitor/clear"
import { countTargets, type ResolvedTargets } from "../../../../modules/cache-monitor/targets"

/** A pattern may match thousands of tags. */
const MOST_NAMED = 100

const NOTHING_CLEARED = "Dry run: nothing was cleared."
const INCOMPLETE = "Not all known tags could be read, so patterns may match more of them."

type Status = AdminCacheClearResult["status"]

interface Facts {
  readonly status: Status
  /** The servers that it has not been delivered to. */
  readonly servers?: readonly string[] | undefined
  readonly targets: ResolvedTargets
  readonly entries: number | null
  readonly nowMs: number
}

/** Builds the answer to the caller, in one form for every clear that is done at once. */
export function clearResultOf(
  { providerId, cache }: RunningCache,
  { status, servers = [], targets, entries, nowMs }: Facts
): AdminCacheClearResult {
  const maxTtlSeconds = cache.options.ttlCapSeconds
  return {
    status,
    provider_id: providerId,
    pending_servers: servers,
    targets: countTargets(targets),
    tags: targets.tags.slice(0, MOST_NAMED),
    keys: targets.keys,
    all: targets.all,
    entries: targets.complete ? entries : null,
    stale_until: isoOrNull(status === "pending" ? staleUntilMs(maxTtlSeconds, nowMs) : null),
    message: messageOf(status, targets, { servers, isOnly: cache.servers.length === 1, maxTtlSeconds }),
  }
}

function messageOf(status: Status, targets: ResolvedTargets, where: Omit<Undelivered, "what">): string {
  switch (status) {
    case "applied":
      return `Applied. No process serves the cleared entries any more.`
    case "pending":
      return pendingMessage({ ...where, what: targets.all ? "everything" : inWords(countTargets(targets)) })
    case "nothing":
      return "There was nothing to clear."
    case "dry_run":
      return targets.complete ? NOTHING_CLEARED : `${NOTHING_CLEARED} ${INCOMPLETE}`
  }
}
