import { linearScale, roundedMaximum } from "../../lib/chart-scale"
import type { TrafficSeries } from "../../lib/traffic"

/** In pixels. */
export const CHART = {
  height: 308,
  left: 44,
  right: 12,
  rate: { top: 12, bottom: 136 },
  counts: { top: 168, bottom: 268 },
  /** Where the ticks of automatic clears hang. */
  clears: 274,
  /** The base line of the times. */
  times: 298,
} as const

export interface ChartLayout {
  readonly width: number
  readonly series: TrafficSeries
  readonly largestCount: number
  readonly x: (timeMs: number) => number
  readonly yOfRate: (rate: number) => number
  readonly yOfCount: (count: number) => number
}

/** Both plots share the time axis; the hit rate always ends at 100 %, so that two charts can be compared at a glance. */
export function layOut(series: TrafficSeries, width: number): ChartLayout {
  const largestCount = roundedMaximum(series.largestLookups)
  return {
    width,
    series,
    largestCount,
    x: linearScale([series.fromMs, series.toMs], [CHART.left, width - CHART.right]),
    yOfRate: linearScale([0, 1], [CHART.rate.bottom, CHART.rate.top]),
    yOfCount: linearScale([0, largestCount], [CHART.counts.bottom, CHART.counts.top]),
  }
}
