import { type KeyboardEvent, type PointerEvent, useState } from "react"
import { useTranslation } from "react-i18next"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import type { TimelineMark } from "../../lib/timeline-marks"
import { bucketAt } from "../../lib/traffic-series"
import { BucketReadout } from "./bucket-readout"
import { CHART, type ChartLayout } from "./chart-layout"

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
  const isRightHalf = middle > width / 2
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
            style={{ top: CHART.rate.top, ...(isRightHalf ? { right: width - middle + 8 } : { left: middle + 8 }) }}
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
