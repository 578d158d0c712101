import { useId } from "react"
import { useTranslation } from "react-i18next"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import type { TimelineMark } from "../../lib/timeline-marks"
import { hitRateExtremes, type TrafficSeries } from "../../lib/traffic-series"
import { ChartCursor } from "./chart-cursor"
import { CHART, layOut } from "./chart-layout"
import { CountBars } from "./count-bars"
import { EventMarks } from "./event-marks"
import { GridLines } from "./grid-lines"
import { HitRateLine } from "./hit-rate-line"
import { useWidth } from "./use-width"

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
