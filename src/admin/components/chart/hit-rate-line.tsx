import { areaPath, linePath, runsOf } from "../../lib/chart-path"
import { CHART, type ChartLayout } from "./chart-layout"

/** The hit rate. It breaks off where nothing was looked up, and is dashed where the time has not passed yet. */
export function HitRateLine({ layout }: { readonly layout: ChartLayout }) {
  const { x, yOfRate, series } = layout
  const points = series.buckets.map(({ startMs, endMs, hitRate }) =>
    hitRate === null ? null : { x: x((startMs + endMs) / 2), y: yOfRate(hitRate) }
  )
  const isLastRunning = series.buckets[series.buckets.length - 1]?.isRunning === true
  const finished = isLastRunning ? points.slice(0, -1) : points
  const running = isLastRunning ? points[points.length - 1] : undefined
  const beforeRunning = finished[finished.length - 1]
  return (
    <g fill="none" strokeWidth={1.5} strokeLinejoin="round" strokeLinecap="round">
      {runsOf(finished).map((run) => (
        <g key={run[0].x}>
          <path d={areaPath(run, CHART.rate.bottom)} className="fill-ui-tag-blue-icon" opacity={0.1} stroke="none" />
          <path d={linePath(run)} className="stroke-ui-tag-blue-icon" />
          {run.length === 1 && <circle cx={run[0].x} cy={run[0].y} r={2} className="fill-ui-tag-blue-icon" />}
        </g>
      ))}
      {running !== undefined && running !== null && (
        <>
          {beforeRunning !== undefined && beforeRunning !== null && (
            <path d={linePath([beforeRunning, running])} strokeDasharray="3 3" className="stroke-ui-tag-blue-icon" />
          )}
          <circle
            cx={running.x}
            cy={running.y}
            r={2.5}
            strokeWidth={1.5}
            className="stroke-ui-tag-blue-icon fill-ui-bg-base"
          />
        </>
      )}
    </g>
  )
}
