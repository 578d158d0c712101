import { type KeyboardEvent, type PointerEvent, useState } from "react"
import { useTranslation } from "react-i18next"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { bucketAt, type TimelineMark, type TrafficBucket } from "../../lib/traffic"
import { CHART, type ChartLayout } from "./chart-layout"
import { useMarkText } from "./use-mark-text"

interface ChartCursorProps {
  readonly layout: ChartLayout
  readonly marks: readonly TimelineMark[]
}

/** Reads the numbers of one bar, with the pointer or with the arrow keys; a screen reader hears each as it is reached. */
export function ChartCursor({ layout, marks }: ChartCursorProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const [selected, setSelected] = useState<number | undefined>(undefined)
  const { series, width, x } = layout
  const last = series.buckets.length - 1
  const index = Math.min(selected ?? last, last)
  const bucket = series.buckets[index]
  if (bucket === undefined) {
    return null
  }

  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    setSelected(bucketAt(series, (event.clientX - box.left) / box.width))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const target = keyTarget(event.key, index, last)
    if (event.key === "Escape") {
      setSelected(undefined)
    } else if (target !== undefined) {
      event.preventDefault()
      setSelected(Math.max(0, Math.min(last, target)))
    }
  }

  const middle = x((bucket.startMs + bucket.endMs) / 2)
  // To the side where there is more room, and not beyond the edge of a narrow chart.
  const beside = middle > width / 2 ? middle - READOUT_GAP - READOUT_WIDTH : middle + READOUT_GAP
  const left = Math.max(0, Math.min(width - READOUT_WIDTH, beside))
  return (
    <>
      <div
        role="slider"
        tabIndex={0}
        aria-label={t("chart.cursor")}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={index}
        aria-valuetext={t("chart.valueText", {
          time: format.dayAndClock(bucket.startMs),
          rate: format.percent(bucket.hitRate),
          hits: format.integer(bucket.hits),
          misses: format.integer(bucket.misses),
          clears: format.integer(bucket.clears),
        })}
        className="focus-visible:shadow-borders-focus absolute inset-y-0 cursor-crosshair touch-pan-y rounded outline-none"
        style={{ left: CHART.left, right: CHART.right }}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setSelected(undefined)}
        onFocus={(event) => {
          if (event.currentTarget.matches(":focus-visible")) setSelected(last)
        }}
        onBlur={() => setSelected(undefined)}
        onKeyDown={onKeyDown}
      />
      {selected !== undefined && (
        <div className="pointer-events-none absolute inset-0">
          <div
            className="bg-ui-fg-muted absolute w-px"
            style={{ left: middle, top: CHART.rate.top, height: CHART.counts.bottom - CHART.rate.top }}
          />
          <div
            className="absolute z-10"
            style={{ top: CHART.rate.top, left, width: READOUT_WIDTH }}
            data-testid="chart-readout"
          >
            <BucketReadout
              bucket={bucket}
              marks={marks.filter(({ atMs }) => atMs >= bucket.startMs && atMs < bucket.endMs)}
            />
          </div>
        </div>
      )}
    </>
  )
}

/** In pixels. */
const READOUT_WIDTH = 208
const READOUT_GAP = 8

const PAGE = 10

function keyTarget(key: string, index: number, last: number): number | undefined {
  const targets: Record<string, number> = {
    ArrowLeft: index - 1,
    ArrowDown: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index + 1,
    PageDown: index - PAGE,
    PageUp: index + PAGE,
    Home: 0,
    End: last,
  }
  return targets[key]
}

interface BucketReadoutProps {
  readonly bucket: TrafficBucket
  readonly marks: readonly TimelineMark[]
}

/** The numbers of one bar. */
function BucketReadout({ bucket, marks }: BucketReadoutProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const textOf = useMarkText()
  const rows = [
    { name: t("chart.hitRate"), value: format.percent(bucket.hitRate), color: "bg-ui-tag-blue-icon" },
    { name: t("chart.hits"), value: format.integer(bucket.hits), color: "bg-ui-tag-green-icon" },
    { name: t("chart.misses"), value: format.integer(bucket.misses), color: "bg-ui-tag-orange-icon" },
    { name: t("chart.clears"), value: format.integer(bucket.clears), color: "bg-ui-tag-purple-icon" },
  ]
  return (
    <div className="bg-ui-bg-base shadow-elevation-flyout rounded-lg px-3 py-2">
      <p className="txt-compact-xsmall-plus text-ui-fg-subtle mb-1">
        {format.dayAndClock(bucket.startMs)} – {format.clock(bucket.endMs)}
        {bucket.isRunning && ` · ${t("chart.running")}`}
      </p>
      <dl className="flex flex-col gap-y-0.5">
        {rows.map(({ name, value, color }) => (
          <div key={name} className="txt-compact-small flex items-center gap-x-2">
            <span className={`size-2 rounded-sm ${color}`} aria-hidden="true" />
            <dt className="text-ui-fg-subtle grow">{name}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {marks.map((mark, index) => (
        <p key={index} className="txt-compact-xsmall text-ui-fg-subtle mt-1 line-clamp-2 break-words">
          {textOf(mark)}
        </p>
      ))}
    </div>
  )
}
