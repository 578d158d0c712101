import { type RefObject, useId, useLayoutEffect, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { areaPath, linePath, runsOf, timeTicks } from "../../lib/chart-scale"
import { hitRateExtremes, type TimelineMark, type TrafficSeries } from "../../lib/traffic"
import { ChartCursor } from "./chart-cursor"
import { CHART, type ChartLayout, layOut } from "./chart-layout"
import { useMarkText } from "./use-mark-text"

interface TrafficPlotProps {
  readonly series: TrafficSeries
  readonly marks: readonly TimelineMark[]
}

/** The drawing. Time runs from left to right in every language. */
export function TrafficPlot({ series, marks }: TrafficPlotProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const [ref, width] = useWidth<HTMLDivElement>()
  const id = useId()
  const layout = layOut(series, width)
  const extremes = hitRateExtremes(series)
  const summary =
    extremes === undefined
      ? t("chart.empty")
      : t("chart.summary", {
          min: format.percent(extremes.min),
          max: format.percent(extremes.max),
          last: format.percent(extremes.last),
        })
  return (
    <div ref={ref} dir="ltr" className="relative w-full" style={{ height: CHART.height }} data-testid="traffic-plot">
      {width > 0 && (
        <>
          <svg width={width} height={CHART.height} role="img" aria-labelledby={`${id}-title ${id}-summary`}>
            <title id={`${id}-title`}>{t("chart.title")}</title>
            <desc id={`${id}-summary`}>{summary}</desc>
            <GridLines layout={layout} />
            <CountBars layout={layout} />
            <HitRateLine layout={layout} />
            <EventMarks layout={layout} marks={marks} />
          </svg>
          {extremes === undefined ? (
            <p
              className="txt-small text-ui-fg-subtle absolute inset-x-0 text-center"
              style={{ top: CHART.rate.top + 44 }}
            >
              {summary}
            </p>
          ) : (
            <ChartCursor layout={layout} marks={marks} />
          )}
        </>
      )}
    </div>
  )
}

const LABEL = "fill-ui-fg-subtle txt-compact-xsmall tabular-nums"
const DAY_MS = 86_400_000
const PIXELS_PER_TIME = 90
/** What a label would stick out on either side. */
const HALF_TIME_PIXELS = 28

/** Axes: the hit rate at 0, 50 and 100 %, the counts at none, half and all, and the time below both. */
function GridLines({ layout }: { readonly layout: ChartLayout }) {
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

const LARGEST_GAP = 3

/** Hits and, on top of them, misses. The bar of a time that has not passed yet is an outline. */
function CountBars({ layout }: { readonly layout: ChartLayout }) {
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

/** The hit rate. It breaks off where nothing was looked up, and is dashed where the time has not passed yet. */
function HitRateLine({ layout }: { readonly layout: ChartLayout }) {
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

const COLORS = {
  clear_all: "stroke-ui-tag-red-icon fill-ui-tag-red-icon",
  clear: "stroke-ui-tag-purple-icon fill-ui-tag-purple-icon",
  restart: "stroke-ui-fg-subtle fill-ui-fg-subtle",
} as const

/** A triangle for a clear, pointing down; a square for a start of a server. */
const SHAPES = { clear_all: "M-4,0H4L0,6Z", clear: "M-4,0H4L0,6Z", restart: "M-3,0H3V6H-3Z" } as const

/** Lines for what somebody did and for starts of servers, and a row of ticks for what Medusa cleared by itself. */
function EventMarks({ layout, marks }: { readonly layout: ChartLayout; readonly marks: readonly TimelineMark[] }) {
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

/** The width that an element has, in pixels, and the reference to give it. 0 until it has been measured. */
function useWidth<T extends HTMLElement>(): readonly [RefObject<T>, number] {
  const ref = useRef<T>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) {
      return
    }
    const measure = () => setWidth(Math.floor(element.clientWidth))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}
