import { count, counted } from "../format"
import { adviceFor, hintsFor } from "./advice"
import type { ServerCheck } from "./server-check"
import type { Versions } from "../versions"

/** Returns the whole report. It contains no secrets: it is meant to be pasted into a bug report. */
export function reportOf(versions: Versions, checks: readonly ServerCheck[]): string {
  const usable = checks.filter(({ error }) => error === undefined).length
  return [
    `medusa-plugin-memcached ${versions.plugin}, memjs ${versions.memjs}, Node.js ${versions.node}`,
    ...checks.map(sectionOf),
    `${usable} of ${counted(checks.length, "server")} can be used.`,
  ].join("\n\n")
}

function sectionOf(check: ServerCheck): string {
  const advice = check.error === undefined ? [] : adviceFor(check.error, check.tls)
  return [
    `${check.id}: ${check.error === undefined ? "works" : "cannot be used"}`,
    ...(check.error === undefined ? [] : [`  ${check.error.message}.`]),
    ...advice.map((line) => `  → ${line}`),
    ...factsOf(check).map((line) => `  ${line}`),
    ...hintsFor(check).map((line) => `  ! ${line}`),
  ].join("\n")
}

const AUTHENTICATION: Readonly<Record<ServerCheck["authentication"], string>> = {
  accepted: "user name and password accepted",
  needless: "password given, but not required",
  none: "no password required",
}

function factsOf({ error, authentication, protocol, tls, stats }: ServerCheck): string[] {
  const reached =
    error === undefined
      ? [
          `${protocol ?? "unknown"} protocol, ${tls ? "over TLS" : "without TLS"}, ${AUTHENTICATION[authentication]}`,
          "an item was stored, read, changed by compare-and-swap and deleted",
        ]
      : []
  if (stats === null) return error === undefined ? [...reached, "no statistics available"] : []
  return [
    `memcached ${stats.version}, up for ${duration(stats.uptimeSeconds)}, answered in ${count(stats.pingMs)} ms`,
    ...reached,
    `memory (-m): ${megabytes(stats.memoryUsedBytes)} of ${megabytes(stats.memoryLimitBytes)} used by ` +
      `${counted(stats.items, "item")}, ${counted(stats.evictions, "eviction")}; ` +
      `largest item (-I): ${megabytes(stats.itemSizeMaxBytes)}`,
  ]
}

const megabytes = (bytes: number): string => `${count(bytes / 1024 ** 2)} MB`

const UNITS = [
  { name: "day", seconds: 86_400 },
  { name: "hour", seconds: 3_600 },
  { name: "minute", seconds: 60 },
] as const

function duration(seconds: number): string {
  const unit = UNITS.find((candidate) => seconds >= candidate.seconds)
  return unit ? counted(Math.floor(seconds / unit.seconds), unit.name) : counted(seconds, "second")
}
