import { Table } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheEntityStats } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { OTHER_TYPES } from "../../lib/entity-kinds"
import { NOTHING } from "../../lib/format"
import { CodeText } from "../common/code-text"
import { Meter } from "../common/meter"

/** What stands for a clear of everything in the place of a tag. */
const EVERYTHING = "*"

export function EntityRow({ stats }: { readonly stats: AdminCacheEntityStats }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const name = stats.entity === OTHER_TYPES ? t("entities.other") : stats.entity
  const [worst] = stats.cleared_by
  return (
    <Table.Row>
      <Table.Cell className="max-w-56">
        <span title={name} className="txt-compact-small-plus text-ui-fg-base block truncate">
          {name}
        </span>
      </Table.Cell>
      <Table.Cell className="text-end tabular-nums">{format.count(stats.lookups)}</Table.Cell>
      <Table.Cell>
        <div className="flex items-center gap-x-3">
          <span className="w-14 tabular-nums">{format.percent(stats.hit_rate)}</span>
          {stats.hit_rate !== null && (
            <Meter
              ratio={stats.hit_rate}
              label={t("entities.hitRateOf", { entity: name })}
              text={format.percent(stats.hit_rate)}
              className="min-w-12 max-w-24"
            />
          )}
        </div>
      </Table.Cell>
      <Table.Cell className="text-end tabular-nums">{format.count(stats.cleared)}</Table.Cell>
      <Table.Cell>
        {worst === undefined ? (
          <span className="text-ui-fg-subtle">{NOTHING}</span>
        ) : (
          <span className="flex max-w-56 flex-col">
            {worst.tag === EVERYTHING ? t("clears.everything") : <CodeText text={worst.tag} />}
            <span className="txt-compact-xsmall text-ui-fg-subtle tabular-nums">
              {t("entities.times", { count: worst.count, formatted: format.count(worst.count) })}
            </span>
          </span>
        )}
      </Table.Cell>
    </Table.Row>
  )
}
