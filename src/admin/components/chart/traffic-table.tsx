import { Table } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import type { TrafficSeries } from "../../lib/traffic-series"

/** The numbers of the chart, the newest first. */
export function TrafficTable({ series }: { readonly series: TrafficSeries }) {
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
