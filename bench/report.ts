import type { BenchCase } from "./cases/bench-case"
import type { ContenderName } from "./contenders/contender"
import type { Measurement } from "./measurement"
import { isToldApart, median, type Ratio, ratioOf } from "./ratios"
import type { StartResult } from "./start-main"

const HEADINGS = [
  "case",
  "CPU",
  "of Redis",
  "spread",
  "goal",
  "time of Redis",
  "spread",
  "floor's CPU of Redis",
  "round trips",
  "sent and received",
  "allocated",
]

export const LEGEND = `CPU: processor time of this process for one operation of this plugin, work behind the answers included, median.
Of Redis: the ratio to Medusa's Redis provider, round by round, median. Below 1 this plugin takes less.
Spread: from the first to the third quartile of the rounds, widened to the medians of the starts. "=": it covers 1, so the two are not told apart.
Floor: ready requests on a bare socket, decompressing and parsing. No cache takes less.
Round trips, bytes, heap: of one operation, this plugin / the Redis provider. Those of an operation among others overlap.`

/** Returns a row for each case, as Markdown or aligned for a terminal. A second one for the meta protocol, if it was measured. */
export function formatTable(cases: readonly BenchCase[], starts: readonly StartResult[], markdown: boolean): string {
  const rows = cases.flatMap((benchCase) => {
    const of = (name: ContenderName) => starts.map((start) => start[benchCase.name]?.[name] ?? [])
    const isMeasured = (name: ContenderName) => of(name).some((rounds) => rounds.length > 0)
    return [
      rowOf(benchCase, benchCase.title, of, "memcached"),
      ...(isMeasured("meta") ? [rowOf(benchCase, `${benchCase.title} (meta)`, of, "meta")] : []),
    ]
  })
  if (markdown) {
    const rule = HEADINGS.map((_, column) => (column === 0 ? "---" : "---:"))
    return [HEADINGS, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
  }
  const widths = HEADINGS.map((_, column) => Math.max(...[HEADINGS, ...rows].map((row) => row[column]?.length ?? 0)))
  return [HEADINGS, ...rows]
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")
    )
    .join("\n")
}

type RoundsOf = (name: ContenderName) => readonly (readonly Measurement[])[]

function rowOf({ operations, goal }: BenchCase, title: string, of: RoundsOf, name: ContenderName): string[] {
  const [ours, redis] = [of(name), of("redis")]
  const cpu = ratioOf(ours, redis, "cpuMs")
  const time = ratioOf(ours, redis, "wallMs")
  const floor = ratioOf(of("floor"), redis, "cpuMs")
  const both = (quantity: keyof Measurement, format: (value: number) => string): string =>
    [ours, redis].map((rounds) => format(perOperation(rounds, quantity, operations))).join(" / ")
  return [
    title,
    formatMs(perOperation(ours, "cpuMs", operations)),
    formatRatio(cpu?.median),
    formatSpread(cpu),
    cpu && goal !== undefined ? `≤ ${goal} ${cpu.median <= goal ? "met" : "missed"}` : "",
    formatRatio(time?.median),
    formatSpread(time),
    formatRatio(floor?.median),
    both("roundTrips", formatCount),
    both("wireBytes", formatBytes),
    both("allocatedBytes", formatBytes),
  ]
}

function perOperation(
  starts: readonly (readonly Measurement[])[],
  quantity: keyof Measurement,
  operations: number
): number {
  return median(starts.flat().map((measurement) => measurement[quantity])) / operations
}

function formatSpread(ratio: Ratio | undefined): string {
  if (!ratio) return ""
  return `${isToldApart(ratio) ? "" : "= "}${formatRatio(ratio.low)}–${formatRatio(ratio.high)}`
}

function formatMs(milliseconds: number): string {
  return milliseconds < 1
    ? `${(milliseconds * 1000).toFixed(milliseconds < 0.1 ? 1 : 0)} µs`
    : `${milliseconds.toFixed(1)} ms`
}

const formatCount = (count: number): string => (count < 10 ? count.toFixed(1) : count.toFixed(0))

function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes.toFixed(0)} B`
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return ""
  return ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2)
}
