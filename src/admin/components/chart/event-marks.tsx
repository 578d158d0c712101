import type { TimelineMark } from "../../lib/timeline-marks"
import { CHART, type ChartLayout } from "./chart-layout"
import { useMarkText } from "./use-mark-text"

const COLORS = {
  clear_all: "stroke-ui-tag-red-icon fill-ui-tag-red-icon",
  clear: "stroke-ui-tag-purple-icon fill-ui-tag-purple-icon",
  restart: "stroke-ui-fg-subtle fill-ui-fg-subtle",
} as const

/** A triangle for a clear, pointing down; a square for a start of a server. */
const SHAPES = { clear_all: "M-4,0H4L0,6Z", clear: "M-4,0H4L0,6Z", restart: "M-3,0H3V6H-3Z" } as const

/** Lines for what somebody did and for starts of servers, and a row of ticks for what Medusa cleared by itself. */
export function EventMarks({
  layout,
  marks,
}: {
  readonly layout: ChartLayout
  readonly marks: readonly TimelineMark[]
}) {
  const textOf = useMarkText()
  return (
    <g>
      {layout.series.buckets
        .filter(({ clears }) => clears > 0)
        .map(({ startMs, endMs }) => (
          <line
            key={startMs}
            x1={layout.x(startMs) + 1}
            x2={layout.x(endMs) - 1}
            y1={CHART.clears}
            y2={CHART.clears}
            strokeWidth={2}
            className="stroke-ui-tag-purple-icon"
          />
        ))}
      {marks.map((mark, index) => (
        <g
          // Two servers may have been started in the same second.
          key={index}
          transform={`translate(${layout.x(mark.atMs)},0)`}
          className={COLORS[mark.kind]}
        >
          <title>{textOf(mark)}</title>
          <line y1={CHART.rate.top - 6} y2={CHART.counts.bottom} strokeDasharray="4 3" strokeOpacity={0.7} />
          <path d={SHAPES[mark.kind]} transform={`translate(0,${CHART.rate.top - 10})`} stroke="none" />
        </g>
      ))}
    </g>
  )
}
