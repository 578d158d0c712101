export interface ChartPoint {
  readonly x: number
  readonly y: number
}

/** Points that follow each other without a gap. */
export type ChartRun = readonly [ChartPoint, ...ChartPoint[]]

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
