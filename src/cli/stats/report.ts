import type {
  AdminCacheEntityStats,
  AdminCacheMisses,
  AdminCacheResponse,
  AdminCacheServer,
  AdminCacheStatsResponse,
  AdminCacheTotals,
} from "../../types/http"
import {
  bytes,
  count,
  counted,
  duration,
  indented,
  message,
  name,
  NOTHING,
  percent,
  table,
  utc,
  wrapped,
} from "../format"
import type { Output } from "../output"

type Paint = Output["paint"]

interface Answers {
  readonly cache: AdminCacheResponse["cache"]
  readonly stats: AdminCacheStatsResponse["stats"]
  readonly servers: readonly AdminCacheServer[]
}

const RANGE_NAMES: Readonly<Record<string, string>> = {
  "1h": "last hour",
  "6h": "last 6 hours",
  "24h": "last 24 hours",
  "7d": "last 7 days",
}

/** What a miss means to whoever runs the shop. */
const MISS_REASONS: Readonly<Record<keyof AdminCacheMisses, string>> = {
  new: "not requested before, or not lately",
  cleared: "the entry had been cleared",
  expired: "the entry had expired",
  removed: "gone before its time: Memcached needed the room (-m) or was restarted",
  restarted: "stored before Memcached, or its log of clears, was restarted",
  other_tags: "stored without a tag that the lookup wants",
  refresh: "still valid, but computed again shortly before it expires",
  too_large: "the data is too large to be stored: raise -I, or query fewer fields",
  not_stored: "the data could not be stored, for example because it was cleared meanwhile",
  unreachable: "Memcached did not answer in time, or a clear was pending",
  unreadable: "damaged, or of another version of the plugin",
}

/** The most rows of a table for people. `--json` has all. */
const MAX_ROWS = 15

/** Returns the figures as text. */
export function statsReport(url: string, { cache, stats, servers }: Answers, paint: Paint, nowMs: number): string {
  const { totals, previous } = stats
  const sections = [
    [
      `${paint("bold", "Cache")} of ${url}, ${RANGE_NAMES[stats.range] ?? name(stats.range)} until ${utc(stats.to)}`,
      ...(stats.complete ? [] : ["Memcached did not return all figures. Those it did not return are as last known."]),
    ],
    [...statusLines(cache, paint), ...table(headline(totals, previous, paint))],
    titled("Misses by reason", paint, missRows(totals)),
    titled("By entity", paint, entityRows(stats.by_entity)),
    titled("Servers", paint, serverRows(servers, paint, nowMs)),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")
}

const STATUS_STYLES = { healthy: "green", degraded: "yellow", unreachable: "red", not_active: "red" } as const

function statusLines({ status, message: text }: Answers["cache"], paint: Paint): string[] {
  const word = paint(STATUS_STYLES[status], status.replace("_", " "))
  return status === "healthy"
    ? [`Status          ${word}`]
    : [`Status          ${word}`, ...indented(wrapped(message(text)))]
}

function headline(totals: AdminCacheTotals, previous: AdminCacheTotals, paint: Paint): string[][] {
  const each = totals.hits > 0 ? `${duration(totals.time_saved_ms / totals.hits)} for each hit` : ""
  const { pending } = totals.clears
  const misses = Math.max(0, totals.lookups - totals.hits)
  const before = previous.hit_rate === null ? "" : `${percent(previous.hit_rate)} in the same time before`
  return [
    ["Hit rate", paint("bold", percent(totals.hit_rate)), before],
    ["Lookups", count(totals.lookups), `${counted(totals.hits, "hit")}, ${counted(misses, "miss", "misses")}`],
    ["Time saved", duration(totals.time_saved_ms), each],
    ["Clears", count(totals.clears.explicit + totals.clears.automatic), `${count(totals.clears.automatic)} by events`],
    [
      "Pending clears",
      pending > 0 ? paint("red", count(pending)) : count(pending),
      pending > 0 ? "could not be delivered at once, and are delivered when Memcached answers" : "",
    ],
  ].map(([label = "", value = "", note = ""]) => [label.padEnd("Pending clears".length), value, paint("dim", note)])
}

function missRows({ misses }: AdminCacheTotals): string[] {
  const rows = Object.entries(misses)
    .filter(([, times]) => times > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, times]) => [name(reason), count(times), meaningOf(reason)])
  return rows.length === 0 ? ["none"] : table(rows, [1])
}

const meaningOf = (reason: string): string =>
  Object.entries(MISS_REASONS).find(([known]) => known === reason)?.[1] ?? ""

function entityRows(entities: readonly AdminCacheEntityStats[]): string[] {
  if (entities.length === 0) return ["no lookups in this time"]
  const head = ["", "Lookups", "Hit rate", "Hit", "Build", "After clears", "Most of them by"]
  const rows = entities
    .slice(0, MAX_ROWS)
    .map(({ entity, lookups, hit_rate, misses, hit_ms, build_ms, cleared_by }) => [
      name(entity),
      count(lookups),
      percent(hit_rate),
      hit_ms === null ? NOTHING : duration(hit_ms),
      build_ms === null ? NOTHING : duration(build_ms),
      count(misses.cleared),
      cleared_by.map(({ tag, misses: times }) => `${name(tag)} (${count(times)})`).join(", "),
    ])
  return [...table([head, ...rows], [1, 2, 3, 4, 5]), ...more(entities.length)]
}

const more = (rows: number): string[] => (rows > MAX_ROWS ? [`and ${count(rows - MAX_ROWS)} more, see --json`] : [])

function serverRows(servers: readonly AdminCacheServer[], paint: Paint, nowMs: number): string[] {
  if (servers.length === 0) return ["none: no cache is running in the process that answers"]
  const hasShares = servers.length > 1
  const head = ["", "State", "Memory", "Items", ...(hasShares ? ["Share"] : []), "Evictions", "Ping", "Uptime"]
  const rows = servers.map(({ id, clears_pending, state, share_of_items, stats, down_since }) => [
    `${name(id)}${clears_pending ? " (clear pending)" : ""}`,
    paint(state === "ready" ? "green" : state === "down" ? "red" : "yellow", state),
    stats ? `${bytes(stats.memory_used_bytes)} of ${bytes(stats.memory_limit_bytes)}` : NOTHING,
    stats ? count(stats.items) : NOTHING,
    ...(hasShares ? [percent(share_of_items)] : []),
    stats ? count(stats.evictions) : NOTHING,
    stats ? duration(stats.ping_ms) : NOTHING,
    stats
      ? duration(stats.uptime_seconds * 1000)
      : down_since === null
        ? NOTHING
        : `down for ${duration(nowMs - Date.parse(down_since))}`,
  ])
  const reasons = servers.flatMap(({ id, reason }) =>
    reason === null ? [] : wrapped(`${name(id)}: ${message(reason)}`)
  )
  return [...table([head, ...rows], [2, 3, 4, 5, 6, 7]), ...reasons]
}

const titled = (title: string, paint: Paint, lines: readonly string[]): string[] => [
  paint("bold", title),
  ...indented(lines),
]
