import { SITUATIONS } from "./situations"
import type { Tally } from "./tally"

/** Prints what a campaign did: a simulation that hardly ever hits, clears or fails would prove nothing. */
export function printTally(tally: Tally, failures: number, tookMs: number): void {
  const percent = (part: number, whole: number) => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`)
  const faults = Object.entries(tally.faults).sort(([a], [b]) => a.localeCompare(b))
  printTable([
    ["schedules", tally.schedules, `${(tookMs / 1000).toFixed(0)} s, ${(tookMs / tally.schedules).toFixed(2)} ms each`],
    ["steps", tally.steps, `${(tally.virtualMs / 3_600_000).toFixed(0)} h of virtual time`],
    ["lookups", tally.lookups, `slowest ${tally.slowestLookupMs.toFixed(0)} ms of virtual time`],
    ["lookups of answers", tally.answerLookups, percent(tally.answerHits, tally.answerLookups)],
    ["hits", tally.hits, percent(tally.hits, tally.lookups)],
    ["second reads", tally.secondReads, `${percent(tally.secondHits, tally.secondReads)} hits`],
    ["sets", tally.sets, `${percent(tally.stored, tally.sets)} stored`],
    ["clears", tally.clears, `slowest ${tally.slowestClearMs.toFixed(0)} ms of virtual time`],
    ["  applied", tally.applied, percent(tally.applied, tally.clears)],
    ["  pending", tally.pending, `delivered later in ${tally.delivered} processes`],
    ["faults", faults.reduce((sum, [, count]) => sum + count, 0), ""],
    ...faults.map(([fault, count]): [string, number, string] => [`  ${fault}`, count, ""]),
    ["violations", failures, ""],
  ])
  console.log("")
  printTable([
    ["situation", "times", "per 10,000 schedules"],
    ...SITUATIONS.map((situation) => {
      const times = tally.situations[situation] ?? 0
      return [situation, times, Math.round((10_000 * times) / tally.schedules)]
    }),
  ])
}

export function printTable(rows: readonly (readonly (string | number)[])[]): void {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell)))
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  for (const [at, row] of cells.entries()) {
    const padded = row.map((cell, column) => {
      const width = widths[column] ?? 0
      return typeof rows[at]?.[column] === "number" ? cell.padStart(width) : cell.padEnd(width)
    })
    console.log(padded.join("  ").trimEnd())
  }
}
