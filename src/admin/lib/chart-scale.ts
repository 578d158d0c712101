/** Maps a value to a position: `from[0]` to `to[0]`, `from[1]` to `to[1]`, and evenly in between. */
export function linearScale(from: readonly [number, number], to: readonly [number, number]): (value: number) => number {
  const span = from[1] - from[0]
  return (value) => (span === 0 ? to[0] : to[0] + ((value - from[0]) / span) * (to[1] - to[0]))
}

const STEPS = [1, 2, 5, 10]

/** The smallest round number that is not below the largest value: where the axis of a chart of counts ends. */
export function roundedMaximum(largest: number): number {
  if (largest <= 2) {
    // So that half of it, which is written at the axis too, is a whole number.
    return 2
  }
  const magnitude = 10 ** Math.floor(Math.log10(largest))
  const step = STEPS.find((candidate) => candidate * magnitude >= largest) ?? 10
  return step * magnitude
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const TICK_STEPS_MS = [
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
]

/**
 * Round times of the day between two times, at most `atMost` of them. `offsetAt` is what the clock on the wall is ahead of
 * UTC at a time: midnight should be at midnight, also on both sides of the night in which the clock is changed.
 */
export function timeTicks(fromMs: number, toMs: number, atMost: number, offsetAt = wallClockOffset): number[] {
  const step = TICK_STEPS_MS.find((candidate) => (toMs - fromMs) / candidate <= atMost) ?? DAY_MS * 7
  const last = toMs + offsetAt(toMs)
  const ticks: number[] = []
  for (let onTheWall = Math.ceil((fromMs + offsetAt(fromMs)) / step) * step; onTheWall <= last; onTheWall += step) {
    ticks.push(onTheWall - offsetAt(onTheWall - offsetAt(fromMs)))
  }
  // An hour that the clock leaves out is the one before it.
  return [...new Set(ticks)]
}

function wallClockOffset(timeMs: number): number {
  return -new Date(timeMs).getTimezoneOffset() * MINUTE_MS
}

interface ChartPoint {
  readonly x: number
  readonly y: number
}

/** Points that follow each other without a gap. */
type ChartRun = readonly [ChartPoint, ...ChartPoint[]]

/** Cuts a line at its gaps: where nothing was measured, nothing is drawn. */
export function runsOf(points: readonly (ChartPoint | null)[]): ChartRun[] {
  const runs: [ChartPoint, ...ChartPoint[]][] = []
  let current: [ChartPoint, ...ChartPoint[]] | undefined
  for (const point of points) {
    if (point === null) {
      current = undefined
    } else if (current === undefined) {
      current = [point]
      runs.push(current)
    } else {
      current.push(point)
    }
  }
  return runs
}

/** The `d` of an SVG path. */
export function linePath(points: readonly ChartPoint[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${round(x)},${round(y)}`).join("")
}

/** As `linePath`, closed along a base line, to be filled. */
export function areaPath(run: ChartRun, baseY: number): string {
  const last = run[run.length - 1] ?? run[0]
  return `${linePath(run)}L${round(last.x)},${round(baseY)}L${round(run[0].x)},${round(baseY)}Z`
}

/** A tenth of a pixel: more digits only make the page heavier. */
function round(value: number): number {
  return Math.round(value * 10) / 10
}
