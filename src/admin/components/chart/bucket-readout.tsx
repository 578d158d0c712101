import { useTranslation } from "react-i18next"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import type { TimelineMark } from "../../lib/timeline-marks"
import type { TrafficBucket } from "../../lib/traffic-series"
import { useMarkText } from "./use-mark-text"

interface BucketReadoutProps {
  readonly bucket: TrafficBucket
  readonly marks: readonly TimelineMark[]
}

/** The numbers of one bar. */
export function BucketReadout({ bucket, marks }: BucketReadoutProps) {
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
    <div className="bg-ui-bg-base shadow-elevation-flyout w-52 rounded-lg px-3 py-2">
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
