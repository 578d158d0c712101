import type { Tally } from "./tally"

const MEDIAN = 0.5
const SLOWEST = 0.99

/** The most important first: a narrow terminal shows no more than the beginning. */
export function describeLive(tally: Tally, seconds: number): string {
  return [
    `${Math.round(seconds)} s`,
    `${count(tally.requests)} requests`,
    `${tally.failed} failed`,
    `${tally.staleReads} stale`,
    `${tally.differences} different`,
    `hit rate ${hitRate(tally)}`,
    `${time(tally.cached.percentile(MEDIAN))} cached, ${time(tally.computed.percentile(MEDIAN))} not`,
    `${tally.edits} edits`,
  ].join(" · ")
}

export function describeSummary(tally: Tally, seconds: number): string {
  const rows: [string, string][] = [
    ["Duration", `${seconds.toFixed(1)} s`],
    ["Requests", `${count(tally.requests)} (${(tally.requests / seconds).toFixed(1)} per second)`],
    ["Failed requests", String(tally.failed)],
    ["Hit rate", hitRate(tally)],
    ["Answers from the cache", timesOf(tally.cached)],
    ["Answers without it", timesOf(tally.computed)],
    ["Edits", `${tally.edits} (${tally.failedEdits} failed)`],
    ["Stale reads", String(tally.staleReads)],
    ["Compared with their route", `${count(tally.compared)} answers from the cache`],
    ["Different", String(tally.differences)],
  ]
  if (tally.outages > 0) {
    rows.push(["Times memcached was killed", String(tally.outages)])
  }
  if (tally.lastDifference !== "") {
    rows.push(["Last difference", tally.lastDifference])
  }
  if (tally.lastFailure !== "") {
    rows.push(["Last failure", tally.lastFailure])
  }
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n")
}

function timesOf(durations: Tally["cached"]): string {
  const median = time(durations.percentile(MEDIAN))
  return `${count(durations.count)}, median ${median}, 99 % below ${time(durations.percentile(SLOWEST))}`
}

function hitRate({ hits, requests }: Tally): string {
  return requests === 0 ? "–" : `${((100 * hits) / requests).toFixed(1)} %`
}

function time(milliseconds: number | undefined): string {
  return milliseconds === undefined ? "–" : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
}

function count(value: number): string {
  return value.toLocaleString("en")
}
