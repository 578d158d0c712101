import { Button } from "@medusajs/ui"
import { useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheClear, AdminCacheServer, AdminCacheStatsResponse } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"
import { timelineMarks } from "../../lib/timeline-marks"
import { trafficSeries } from "../../lib/traffic-series"
import { Card } from "../common/card"
import { ChartLegend } from "./chart-legend"
import { TrafficPlot } from "./traffic-plot"
import { TrafficTable } from "./traffic-table"

interface TrafficCardProps {
  readonly stats: AdminCacheStatsResponse["stats"]
  readonly clears: readonly AdminCacheClear[]
  readonly servers: readonly AdminCacheServer[]
}

/** Hit rate and lookups over time, as a drawing or as a table. */
export function TrafficCard({ stats, clears, servers }: TrafficCardProps) {
  const { t } = useTranslation(NAMESPACE)
  const [isTable, setIsTable] = useState(false)
  const series = useMemo(() => trafficSeries(stats), [stats])
  const marks = useMemo(() => timelineMarks(clears, servers, series.fromMs, series.toMs), [clears, servers, series])
  return (
    <Card
      title={t("chart.heading")}
      testId="cache-chart"
      actions={
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <ChartLegend />
          <Button size="small" variant="secondary" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
            {t(isTable ? "chart.showChart" : "chart.showTable")}
          </Button>
        </div>
      }
    >
      {isTable ? (
        <TrafficTable series={series} />
      ) : (
        <div className="px-3 py-2">
          <TrafficPlot series={series} marks={marks} />
          {!stats.complete && (
            <p className="txt-compact-small text-ui-fg-subtle px-3 pb-2" role="note">
              {t("chart.incomplete")}
            </p>
          )}
        </div>
      )}
    </Card>
  )
}
