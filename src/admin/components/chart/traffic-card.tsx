import { Button, Table } from "@medusajs/ui"
import { useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheClear, AdminCacheServer, AdminCacheStatsResponse } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { timelineMarks, type TrafficSeries, trafficSeries } from "../../lib/traffic"
import { Card } from "../common/card"
import { TrafficPlot } from "./traffic-plot"

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

const ITEMS = [
  { name: "hitRate", className: "h-0.5 w-3 bg-ui-tag-blue-icon" },
  { name: "hits", className: "size-2.5 rounded-sm bg-ui-tag-green-icon" },
  { name: "misses", className: "size-2.5 rounded-sm bg-ui-tag-orange-icon" },
  { name: "clears", className: "h-0.5 w-3 bg-ui-tag-purple-icon" },
] as const

/** What the colours of the chart stand for. */
function ChartLegend() {
  const { t } = useTranslation(NAMESPACE)
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {ITEMS.map(({ name, className }) => (
        <li key={name} className="txt-compact-small text-ui-fg-subtle flex items-center gap-x-2">
          <span className={className} aria-hidden="true" />
          {t(`chart.${name}`)}
        </li>
      ))}
    </ul>
  )
}

/** The numbers of the chart, the newest first. */
function TrafficTable({ series }: { readonly series: TrafficSeries }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  return (
    <div className="h-[308px] overflow-auto" role="region" tabIndex={0} aria-label={t("chart.title")}>
      <Table data-testid="traffic-table">
        <Table.Header>
          <Table.Row>
            <Table.HeaderCell scope="col">{t("chart.time")}</Table.HeaderCell>
            <Table.HeaderCell scope="col" className="text-end">
              {t("chart.hitRate")}
            </Table.HeaderCell>
            <Table.HeaderCell scope="col" className="text-end">
              {t("chart.hits")}
            </Table.HeaderCell>
            <Table.HeaderCell scope="col" className="text-end">
              {t("chart.misses")}
            </Table.HeaderCell>
            <Table.HeaderCell scope="col" className="text-end">
              {t("chart.clears")}
            </Table.HeaderCell>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {[...series.buckets].reverse().map((bucket) => (
            <Table.Row key={bucket.startMs}>
              <Table.Cell>
                {format.dayAndClock(bucket.startMs)}
                {bucket.isRunning && ` · ${t("chart.running")}`}
              </Table.Cell>
              <Table.Cell className="text-end tabular-nums">{format.percent(bucket.hitRate)}</Table.Cell>
              <Table.Cell className="text-end tabular-nums">{format.integer(bucket.hits)}</Table.Cell>
              <Table.Cell className="text-end tabular-nums">{format.integer(bucket.misses)}</Table.Cell>
              <Table.Cell className="text-end tabular-nums">{format.integer(bucket.clears)}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table>
    </div>
  )
}
