import type {
  AdminCacheClear,
  AdminCacheEntry,
  AdminCacheResponse,
  AdminCacheServer,
  EntryVerdict,
} from "../../types/http"
import { ago, bytes, count, counted, duration, indented, message, name, NOTHING, table, utc, wrapped } from "../format"
import type { Output } from "../output"
import { tagLines } from "./tags"

export interface Findings {
  readonly entry: AdminCacheEntry
  readonly servers: readonly AdminCacheServer[]
  readonly cache: AdminCacheResponse["cache"]
  /** The line of the clear history that voided or removed the entry, if it is still there. */
  readonly clear: AdminCacheClear | null
}

const TITLES: Readonly<Record<EntryVerdict, string>> = {
  valid: "hit",
  cleared: "miss: cleared",
  other_epoch: "miss: from before a restart",
  expired: "miss: expired",
  unreadable: "miss: unreadable",
  absent: "miss: not stored",
  unreachable: "miss: Memcached is not usable",
}

/** Explains in words for people why a lookup of a key hits or misses. */
export function explanation(findings: Findings, paint: Output["paint"], nowMs: number): string {
  const { entry, cache } = findings
  const title = `${paint("bold", name(entry.key))}  ${paint(entry.state === "valid" ? "green" : "yellow", TITLES[entry.state])}`
  const trouble =
    cache.status === "healthy"
      ? []
      : wrapped(`The cache is ${cache.status.replace("_", " ")}: ${message(cache.message)}`)
  const isStored = entry.stored_bytes > 0
  return [
    [title],
    indented(meaningOf(findings, nowMs).flatMap(wrapped)),
    indented(trouble.map((line) => paint("yellow", line))),
    factLines(findings, nowMs, isStored),
    isStored ? tagLines(entry, paint) : [],
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")
}

/** Returns paragraphs. */
function meaningOf(findings: Findings, nowMs: number): string[] {
  const { entry, cache } = findings
  switch (entry.state) {
    case "valid":
      return cache.status === "not_active"
        ? ["The entry is valid, but Medusa does not use this cache. Only your own code finds it."]
        : ["A lookup of this key returns this entry: nothing that it carries was cleared after its data was read."]
    case "cleared":
      return [...clearedBecause(findings, nowMs), "The next request that needs it computes it again and stores it."]
    case "other_epoch":
      return [
        "The entry is still in Memcached, but belongs to an earlier log of clears. That log is gone, so nobody can prove " +
          "that the entry was not cleared, and it is never served again.",
        "This happens once, after its server was restarted, or has evicted the log's head. The next request " +
          "that needs it computes it again and stores it.",
      ]
    case "unreadable":
      return [
        "There is an item under this name, but it is damaged, larger than the option maxValueBytes, or of another " +
          "version of the plugin or another program. It is ignored, and the next set replaces it.",
      ]
    case "unreachable":
      return unreachableBecause(findings, nowMs)
    case "absent":
    case "expired":
      return absentBecause(findings, nowMs)
  }
}

function clearedBecause({ entry, clear }: Findings, nowMs: number): string[] {
  const { cleared_by: by, read_version: read, log } = entry
  if (by === null) {
    return [
      `The entry is still in Memcached, but counts as cleared: its data was read at version ${read ?? NOTHING} of the log of clears, ` +
        `and the process that answers only knows what was cleared after version ${log?.horizon ?? NOTHING}. ` +
        "This is usual for old entries after a restart of Medusa with many clears before it.",
    ]
  }
  const what =
    by === "*" ? "everything was cleared" : by === "key" ? "its key was cleared" : `its tag ${name(by)} was cleared`
  return [
    `The entry is still in Memcached, but is not served: ${what} after its data was read.`,
    ...whoCleared(clear, nowMs),
  ]
}

const ORIGINS: Readonly<Record<string, string>> = {
  event: "by an event of Medusa: something with this tag was changed",
  code: "by the shop's own code",
  admin: "by a user of the dashboard",
  api_key: "with an API key",
  workflow: "by a clear in the background",
}

function whoCleared(clear: AdminCacheClear | null, nowMs: number): string[] {
  if (clear === null) return []
  const actor = clear.actor_id === null ? "" : ` (${name(clear.actor_id)})`
  const misses = clear.misses > 0 ? ` It has caused ${counted(clear.misses, "miss", "misses")}.` : ""
  return [`That was ${ago(clear.at, nowMs)}, ${ORIGINS[clear.origin] ?? name(clear.origin)}${actor}.${misses}`]
}

function unreachableBecause({ entry, servers, cache }: Findings, nowMs: number): string[] {
  const down = servers.find(({ id, state }) => id === entry.server && state === "down")
  if (down) {
    const since = down.down_since === null ? "" : ` for ${duration(nowMs - Date.parse(down.down_since))}`
    return [
      `${name(down.id)} has been down${since}${down.reason === null ? "" : ` (${message(down.reason)})`}. It holds this entry. ` +
        "Until it answers, each lookup goes to the database, and whether there is an entry is unknown.",
      "Check that memcached is running there, and that the shop can reach it: medusa-memcached check " + name(down.id),
    ]
  }
  if (cache.reason === "clear_pending") {
    return [
      "A clear could not be delivered to Memcached yet. Until it is, nothing is served from the server that has missed it.",
    ]
  }
  return ["Memcached did not answer in time. Ask again. If this remains, look at the servers: medusa-memcached stats"]
}

/** What the process that answers remembers of a key without an entry. */
const ABSENT_BECAUSE: Readonly<Record<NonNullable<AdminCacheEntry["absent_because"]>, string>> = {
  new: "The process that answers has not met this key lately: it was never stored, or by another process, or long ago.",
  expired: "Its entry has expired.",
  removed:
    "Its entry is gone before its time: Memcached needed the room, was restarted, or another process has removed it.",
  restarted: "Its entry is gone since Memcached, or its log of clears, was restarted.",
  cleared: "This key itself was cleared, which removes the entry.",
  other_tags: "Its entry lacked a tag that the lookup wants.",
  refresh: "Its entry was to be computed again.",
  too_large: "Its data was too large to be stored: start memcached with -I 4m, or query fewer fields.",
  not_stored:
    "Its data could not be stored the last time: it was cleared while it was computed, or too much was waiting.",
  uncacheable:
    "Its data is never stored: an answer without tags, which no clear would find, or nothing that JSON can hold.",
  unreachable: "Memcached did not answer the last time.",
  unreadable: "Its item was not readable.",
}

/** How long after its start a server counts as just restarted, in seconds. */
const JUST_RESTARTED_SECONDS = 3_600

function absentBecause({ entry, servers, clear }: Findings, nowMs: number): string[] {
  const stats = servers.find(({ id }) => id === entry.server)?.stats
  const isCleared = entry.clears.some(({ of }) => of === "key")
  const cause = isCleared ? "cleared" : (entry.absent_because ?? "new")
  const isUnexplained = cause === "new" || cause === "removed"
  return [
    "Nothing is stored under this key, so a lookup misses.",
    ABSENT_BECAUSE[cause],
    ...(isCleared ? whoCleared(clear, nowMs) : []),
    ...(isUnexplained && stats && stats.uptime_seconds < JUST_RESTARTED_SECONDS
      ? [`Its server was started ${duration(stats.uptime_seconds * 1000)} ago. What was stored before is gone.`]
      : []),
    ...(isUnexplained && stats && stats.evictions > 0
      ? [
          `Its server has evicted ${counted(stats.evictions, "item")} since its start, maybe this one: it needs more memory (-m).`,
        ]
      : []),
    "Check the spelling, without the cache prefix. The page Settings › Cache lists the keys of each tag.",
  ]
}

function factLines({ entry, servers }: Findings, nowMs: number, isStored: boolean): string[] {
  const server = servers.find(({ id }) => id === entry.server)
  const uptime = server?.stats ? `, up for ${duration(server.stats.uptime_seconds * 1000)}` : ""
  const place = [
    [
      "Server",
      `${name(entry.server)}: ${server?.state ?? "unknown"}${uptime}${server?.clears_pending ? ", has missed a clear" : ""}`,
    ],
    ["Item", `${name(entry.name)}, which is its name in Memcached`],
  ]
  return table(isStored ? [...entryFacts(entry, nowMs), ...place] : place)
}

function entryFacts(entry: AdminCacheEntry, nowMs: number): string[][] {
  const { stored_at: stored, expires_at: expires, read_version: read, log } = entry
  return [
    ["Age", stored === null ? NOTHING : `${duration(nowMs - Date.parse(stored))}: stored ${utc(stored)}`],
    [
      "TTL left",
      expires === null
        ? "no expiry: it stays until it is cleared or evicted"
        : `${duration((entry.ttl_left_seconds ?? 0) * 1000)}: expires ${utc(expires)}`,
    ],
    ["Size", `${bytes(entry.size_bytes)} as JSON, ${bytes(entry.stored_bytes)} in Memcached`],
    [
      "Build time",
      entry.compute_ms > 0
        ? `${duration(entry.compute_ms)}, which each hit saves`
        : "unknown: it was stored without a lookup before",
    ],
    [
      "Cleared by",
      entry.auto_invalidate
        ? "events of Medusa and explicit clears of its key and tags"
        : "explicit clears only (autoInvalidate: false)",
    ],
    [
      "Read at",
      read === null
        ? "a version of an earlier log of clears"
        : `version ${count(read)} of the log of clears, which is at ${log ? count(log.version) : NOTHING} now. Later clears void the entry.`,
    ],
  ]
}
