import { useFormat } from "../../hooks/use-format"
import { timeTicks } from "../../lib/chart-scale"
import { CHART, type ChartLayout } from "./chart-layout"

const LABEL = "fill-ui-fg-subtle txt-compact-xsmall tabular-nums"
const DAY_MS = 86_400_000
const PIXELS_PER_TIME = 90
/** What a label would stick out on either side. */
const HALF_TIME_PIXELS = 28

/** Axes: the hit rate at 0, 50 and 100 %, the counts at none, half and all, and the time below both. */
export function GridLines({ layout }: { readonly layout: ChartLayout }) {
  const format = useFormat()
  const { x, yOfRate, yOfCount, width, largestCount, series } = layout
  const rows = [
    ...[0, 0.5, 1].map((rate) => ({ y: yOfRate(rate), label: format.percent(rate), isBase: rate === 0 })),
    ...[0, 0.5, 1].map((share) => ({
      y: yOfCount(share * largestCount),
      label: format.short(share * largestCount),
      isBase: share === 0,
    })),
  ]
  const ticks = timeTicks(series.fromMs, series.toMs, Math.max(2, Math.floor(width / PIXELS_PER_TIME))).filter(
    (tick) => x(tick) >= HALF_TIME_PIXELS && x(tick) <= width - HALF_TIME_PIXELS
  )
  const isLong = series.toMs - series.fromMs > 2 * DAY_MS
  return (
    <g>
      {rows.map(({ y, label, isBase }) => (
        <g key={y}>
          <line
            x1={CHART.left}
            x2={width - CHART.right}
            y1={y}
            y2={y}
            className={isBase ? "stroke-ui-border-strong" : "stroke-ui-border-base"}
            strokeDasharray={isBase ? undefined : "2 3"}
          />
          <text x={CHART.left - 8} y={y + 4} textAnchor="end" className={LABEL}>
            {label}
          </text>
        </g>
      ))}
      {ticks.map((tick) => (
        <text key={tick} x={x(tick)} y={CHART.times} textAnchor="middle" className={LABEL}>
          {isLong ? format.day(tick) : format.clock(tick)}
        </text>
      ))}
    </g>
  )
}
