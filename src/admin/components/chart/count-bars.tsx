import type { ChartLayout } from "./chart-layout"

const LARGEST_GAP = 3

/** Hits and, on top of them, misses. The bar of a time that has not passed yet is an outline. */
export function CountBars({ layout }: { readonly layout: ChartLayout }) {
  const { x, yOfCount, series } = layout
  return (
    <g>
      {series.buckets.map(({ startMs, endMs, hits, lookups, isRunning }) => {
        if (lookups === 0) {
          return null
        }
        const room = x(endMs) - x(startMs)
        const width = Math.max(1, room - Math.min(LARGEST_GAP, room * 0.25))
        const left = x(startMs) + (room - width) / 2
        const bar = { x: left, width, strokeDasharray: "2 2", strokeWidth: isRunning ? 1 : 0 }
        const opacity = isRunning ? 0.35 : 1
        return (
          <g key={startMs}>
            <rect
              {...bar}
              y={yOfCount(lookups)}
              height={Math.max(0, yOfCount(hits) - yOfCount(lookups))}
              fillOpacity={opacity}
              className="fill-ui-tag-orange-icon stroke-ui-tag-orange-icon"
            />
            <rect
              {...bar}
              y={yOfCount(hits)}
              height={Math.max(0, yOfCount(0) - yOfCount(hits))}
              fillOpacity={opacity}
              className="fill-ui-tag-green-icon stroke-ui-tag-green-icon"
            />
          </g>
        )
      })}
    </g>
  )
}
