import { Table } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheStatsResponse } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { causesOf, type MissCause } from "../../lib/verdict"
import { Card, Meter } from "../common/card"
import { Sparkline } from "./sparkline"

interface MissesCardProps {
  readonly stats: AdminCacheStatsResponse["stats"]
}

/** Why lookups missed, when, and what can be done about it. */
export function MissesCard({ stats }: MissesCardProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const causes = causesOf(stats.totals.misses)
  const { uncacheable } = stats.totals
  return (
    <Card title={t("causes.heading")} hint={t("causes.hint")} testId="cache-misses">
      {causes.length === 0 ? (
        <p className="txt-small text-ui-fg-subtle px-6 py-4">{t("causes.empty")}</p>
      ) : (
        <div className="overflow-x-auto" role="group" tabIndex={0} aria-label={t("causes.heading")}>
          <Table>
            <Table.Header>
              <Table.Row>
                <Table.HeaderCell scope="col">{t("causes.cause")}</Table.HeaderCell>
                <Table.HeaderCell scope="col" className="text-end">
                  {t("causes.misses")}
                </Table.HeaderCell>
                <Table.HeaderCell scope="col">{t("causes.share")}</Table.HeaderCell>
                <Table.HeaderCell scope="col">{t("causes.overTime")}</Table.HeaderCell>
              </Table.Row>
            </Table.Header>
            <Table.Body>
              {causes.map(({ cause, count, share }) => (
                <Table.Row key={cause} data-cause={cause}>
                  <Table.Cell className="min-w-56 whitespace-normal py-3">
                    <Explanation cause={cause} />
                  </Table.Cell>
                  <Table.Cell className="text-end tabular-nums">{format.count(count)}</Table.Cell>
                  <Table.Cell>
                    <div className="flex items-center gap-x-3">
                      <span className="w-14 shrink-0 tabular-nums">{format.percent(share)}</span>
                      <Meter
                        ratio={share}
                        label={t(`causes.${cause}.name`)}
                        text={format.percent(share)}
                        color="orange"
                        className="min-w-12 max-w-24"
                      />
                    </div>
                  </Table.Cell>
                  <Table.Cell>
                    <Sparkline values={stats.series.map(({ misses }) => misses[cause])} />
                  </Table.Cell>
                </Table.Row>
              ))}
            </Table.Body>
          </Table>
        </div>
      )}
      {uncacheable > 0 && (
        <p className="txt-compact-small text-ui-fg-subtle px-6 py-3">
          {t("entities.uncacheable", { count: uncacheable, formatted: format.count(uncacheable) })}
        </p>
      )}
    </Card>
  )
}

function Explanation({ cause }: { readonly cause: MissCause }) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <span className="flex max-w-96 flex-col gap-y-0.5">
      <span className="txt-compact-small-plus text-ui-fg-base">{t(`causes.${cause}.name`)}</span>
      <span className="txt-compact-xsmall text-ui-fg-subtle">
        {t(`causes.${cause}.meaning`)} {t(`causes.${cause}.advice`, { defaultValue: "" })}
      </span>
    </span>
  )
}
