import type { AdminCacheClearResult } from "../../../../types/http"
import { isoOf } from "../presenters/time"
import type { RunningCache } from "../../../../modules/cache-monitor/running-cache"
import type { NamedTargets } from "../../../../modules/cache-monitor/targets"

type Status = AdminCacheClearResult["status"]

interface Facts {
  readonly status: Status
  readonly targets: NamedTargets
  readonly entries: number | null
  readonly nowMs: number
}

/** What the caller is told, in the same form for every way to clear at once. */
export function clearResultOf(
  { providerId, cache }: RunningCache,
  { status, targets, entries, nowMs }: Facts
): AdminCacheClearResult {
  const server = cache.servers[0].id
  const maxTtlSeconds = cache.options.ttlCapSeconds
  return {
    status,
    provider_id: providerId,
    server,
    targets: targets.all ? 1 : targets.tags.length + targets.keys.length,
    tags: targets.tags,
    keys: targets.keys,
    all: targets.all,
    entries,
    stale_until: status === "pending" ? staleUntil(maxTtlSeconds, nowMs) : null,
    message: messageOf(status, server, maxTtlSeconds),
  }
}

/**
 * Until a clear is delivered, other processes that do reach Memcached may serve what it clears, until that expires. No entry
 * lives longer than the option `maxTtl`, so that this is the bound even if the process with the pending clear ends before
 * it could deliver it. Without the option there is none but delivery: each set decides on its TTL.
 */
const staleUntil = (maxTtlSeconds: number, nowMs: number): string | null =>
  maxTtlSeconds === 0 ? null : isoOf(nowMs + maxTtlSeconds * 1000)

function messageOf(status: Status, server: string, maxTtlSeconds: number): string {
  switch (status) {
    case "applied":
      return `Applied at ${server}. No process serves the cleared entries any more.`
    case "pending":
      return (
        `${server} could not be reached. The clear is kept and delivered when the server answers again. Until then, this ` +
        "process serves nothing from the cache, and processes that reach Memcached may still serve the cleared entries, " +
        (maxTtlSeconds === 0 ? "until they expire." : "at most until `stale_until`.")
      )
    case "nothing":
      return "There was nothing to clear."
    case "dry_run":
      return "Dry run: nothing was cleared."
  }
}
