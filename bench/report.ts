import type { BenchCase } from "./cases/bench-case"
import type { ContenderName, Variant } from "./contenders/contender"
import type { Measurement } from "./measurement"
import { isToldApart, median, type Ratio, ratioOf } from "./ratios"
import type { StartResult } from "./start-main"

const HEADINGS = [
  "one operation",
  "CPU",
  "CPU, of Redis",
  "time, of Redis",
  "floor's CPU, of Redis",
  "round trips",
  "sent and received",
  "allocated",
]

/** What the columns of a table mean, a line each. */
export const LEGEND = [
  "CPU: processor time of the Node.js process for one operation of this plugin, work behind the answers of sets and clears included. Medians, here and below.",
  "Of Redis: the ratio to Medusa's Redis provider, round by round.",
  "In brackets: from the first to the third quartile of the rounds, widened to the medians of the starts. Where it covers 1, the two are not told apart (≈).",
  "Hits are served from copies of what the process has read before, except where it says without copies.",
  "Floor: ready requests on a bare socket, each written on its own, decompressing and parsing.",
  "Round trips, bytes sent and received, and bytes allocated on the heap: this plugin / the Redis provider. Operations at the same time share round trips.",
]

/** Returns the goals as text: which were met, and which were not. */
export function formatGoals(cases: readonly BenchCase[], starts: readonly StartResult[]): string {
  const verdicts = cases.flatMap((benchCase) => {
    const { goal, title } = benchCase
    const ratio = ratioOf(roundsOf(benchCase, starts, "memcached"), roundsOf(benchCase, starts, "redis"), "cpuMs")
    if (goal === undefined || !ratio) return []
    return `${ratio.median <= goal ? "met" : "missed"}: ${title}, CPU ${formatNumber(ratio.median)} of Redis, goal ${goal}`
  })
  return verdicts.sort().join("\n")
}

/** What is behind the title of a case. */
const VARIANTS: Readonly<Record<Variant, string>> = {
  binary: "in the binary protocol",
  withoutCopies: "without copies",
}

/** Returns a row for each case, as Markdown or aligned for a terminal. Further ones for its variants that were measured. */
export function formatTable(cases: readonly BenchCase[], starts: readonly StartResult[], markdown: boolean): string {
  const rows = cases.flatMap((benchCase) => {
    const variants = (Object.keys(VARIANTS) as Variant[]).filter((variant) =>
      roundsOf(benchCase, starts, variant).some((rounds) => rounds.length > 0)
    )
    return [
      rowOf(benchCase, benchCase.title, starts, "memcached"),
      ...variants.map((variant) => rowOf(benchCase, `${benchCase.title}, ${VARIANTS[variant]}`, starts, variant)),
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

/** The rounds of one contender, by start. */
const roundsOf = (
  { name }: BenchCase,
  starts: readonly StartResult[],
  contender: ContenderName
): readonly (readonly Measurement[])[] => starts.map((start) => start[name]?.[contender] ?? [])

function rowOf(benchCase: BenchCase, title: string, starts: readonly StartResult[], name: ContenderName): string[] {
  const { operations } = benchCase
  const [ours, redis] = [roundsOf(benchCase, starts, name), roundsOf(benchCase, starts, "redis")]
  const both = (quantity: keyof Measurement, format: (value: number) => string): string =>
    [ours, redis].map((rounds) => format(perOperation(rounds, quantity, operations))).join(" / ")
  const floor = ratioOf(roundsOf(benchCase, starts, "floor"), redis, "cpuMs")
  return [
    title,
    formatMs(perOperation(ours, "cpuMs", operations)),
    formatRatio(ratioOf(ours, redis, "cpuMs")),
    formatRatio(ratioOf(ours, redis, "wallMs")),
    floor ? formatNumber(floor.median) : "",
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

function formatRatio(ratio: Ratio | undefined): string {
  if (!ratio) return ""
  const spread = `(${formatNumber(ratio.low)}–${formatNumber(ratio.high)})`
  return `${isToldApart(ratio) ? "" : "≈ "}${formatNumber(ratio.median)} ${spread}`
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

const formatNumber = (ratio: number): string => (ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2))
