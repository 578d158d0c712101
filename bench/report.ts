import type { BenchCase } from "./cases/bench-case"
import { type Measurement } from "./measurement"
import { median, ratioOf } from "./ratios"
import type { Measurements } from "./rounds"

export interface CaseResult {
  readonly benchCase: BenchCase
  readonly measurements: Measurements
}

const HEADINGS = ["case", "this plugin", "Redis", "memjs", "ratio", "min–max", "goal", "CPU", "CPU Redis", "CPU ratio"]
/** Only where meta was measured. The ratios are those of meta to binary. */
const META_HEADINGS = ["meta", "meta ratio", "CPU meta", "meta CPU ratio"]

export const LEGEND =
  "Time and CPU of one operation, medians. Ratio: this plugin to the Redis provider, the median of the rounds. CPU: of " +
  "this process, work behind the answers included. memjs stands alone: no tags, no clears, no compression."

export function formatTable(results: readonly CaseResult[], markdown: boolean): string {
  const hasMeta = results.some(({ measurements }) => measurements.meta)
  const headings = hasMeta ? [...HEADINGS, ...META_HEADINGS] : HEADINGS
  const rows = results.map((result) => (hasMeta ? [...rowOf(result), ...metaCellsOf(result)] : rowOf(result)))
  if (markdown) {
    const rule = headings.map((_, column) => (column === 0 ? "---" : "---:"))
    return [headings, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
  }
  const widths = headings.map((_, column) => Math.max(...[headings, ...rows].map((row) => row[column]?.length ?? 0)))
  return [headings, ...rows]
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")
    )
    .join("\n")
}

function rowOf({ benchCase, measurements }: CaseResult): string[] {
  const { memcached: ours = [], redis = [], memjs = [] } = measurements
  const wall = ratioOf(ours, redis, "wallMs")
  const cpu = ratioOf(ours, redis, "cpuMs")
  const time = timeIn(benchCase)
  return [
    benchCase.title,
    time(ours, "wallMs"),
    time(redis, "wallMs"),
    time(memjs, "wallMs"),
    formatRatio(wall?.median),
    wall ? `${formatRatio(wall.min)}–${formatRatio(wall.max)}` : "",
    goalOf(benchCase, wall?.median),
    time(ours, "cpuMs"),
    time(redis, "cpuMs"),
    formatRatio(cpu?.median),
  ]
}

function metaCellsOf({ benchCase, measurements: { memcached: binary = [], meta = [] } }: CaseResult): string[] {
  const time = timeIn(benchCase)
  const ratio = (quantity: keyof Measurement): string => formatRatio(ratioOf(meta, binary, quantity)?.median)
  return [time(meta, "wallMs"), ratio("wallMs"), time(meta, "cpuMs"), ratio("cpuMs")]
}

/** Of one operation of the case, the median. */
const timeIn =
  ({ operations }: BenchCase) =>
  (of: readonly Measurement[], quantity: keyof Measurement): string =>
    of.length === 0 ? "" : formatMs(median(of.map((measurement) => measurement[quantity])) / operations)

function goalOf({ goal }: BenchCase, ratio: number | undefined): string {
  if (goal === undefined || ratio === undefined) return ""
  return `≤ ${goal} ${ratio <= goal ? "met" : "missed"}`
}

function formatMs(milliseconds: number): string {
  return milliseconds < 1
    ? `${(milliseconds * 1000).toFixed(milliseconds < 0.1 ? 1 : 0)} µs`
    : `${milliseconds.toFixed(1)} ms`
}

function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return ""
  return ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2)
}
