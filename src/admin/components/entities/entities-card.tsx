import { Table } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheEntityStats } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { OTHER_TYPES } from "../../lib/tags"
import { NOTHING } from "../../lib/format"
import { Card, Meter } from "../common/card"
import { ShowMore } from "../common/buttons"
import { CodeText } from "../common/text"

const SHOWN_AT_FIRST = 6

interface Props {
  readonly entities: readonly AdminCacheEntityStats[]
  /** Lookups of what can never be cached. */
  readonly uncacheable: number
}

/** Which kinds of data the shop asks for, how often the cache has them, and what makes it forget them. */
export function EntitiesCard({ entities, uncacheable }: Props) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Card title={t("entities.heading")} hint={t("entities.hint")} testId="cache-entities">
      {entities.length === 0 ? (
        <p className="txt-small text-ui-fg-subtle px-6 py-4">{t("entities.empty")}</p>
      ) : (
        <div className="overflow-x-auto" role="region" tabIndex={0} aria-label={t("entities.heading")}>
          <Table>
            <Table.Header>
              <Table.Row>
                <Table.HeaderCell scope="col">{t("entities.entity")}</Table.HeaderCell>
                <Table.HeaderCell scope="col" className="text-end">
                  {t("entities.lookups")}
                </Table.HeaderCell>
                <Table.HeaderCell scope="col">{t("entities.hitRate")}</Table.HeaderCell>
                <Table.HeaderCell scope="col" className="text-end">
                  {t("entities.cleared")}
                </Table.HeaderCell>
                <Table.HeaderCell scope="col">{t("entities.clearedBy")}</Table.HeaderCell>
              </Table.Row>
            </Table.Header>
            <Table.Body>
              {entities.slice(0, isOpen ? undefined : SHOWN_AT_FIRST).map((entity) => (
                <EntityRow key={entity.entity} stats={entity} />
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
      {entities.length > SHOWN_AT_FIRST && <ShowMore isOpen={isOpen} onChange={setIsOpen} />}
    </Card>
  )
}

/** What stands for a clear of everything in the place of a tag. */
const EVERYTHING = "*"

function EntityRow({ stats }: { readonly stats: AdminCacheEntityStats }) {
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
      <Table.Cell className="text-end tabular-nums">{format.count(stats.misses.cleared)}</Table.Cell>
      <Table.Cell>
        {worst === undefined ? (
          <span className="text-ui-fg-subtle">{NOTHING}</span>
        ) : (
          <span className="flex max-w-56 flex-col">
            {worst.tag === EVERYTHING ? t("clears.everything") : <CodeText text={worst.tag} />}
            <span className="txt-compact-xsmall text-ui-fg-subtle tabular-nums">
              {t("entities.times", { count: worst.misses, formatted: format.count(worst.misses) })}
            </span>
          </span>
        )}
      </Table.Cell>
    </Table.Row>
  )
}
