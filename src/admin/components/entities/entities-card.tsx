import { Table } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheEntityStats } from "../../../types/http"
import { useEntityName } from "../../hooks/use-entity-name"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { OTHER_TYPES } from "../../lib/tags"
import { isPlumbing } from "../../lib/verdict"
import { NOTHING } from "../../lib/format"
import { Card, Meter } from "../common/card"
import { ShowMore } from "../common/buttons"
import { CodeText } from "../common/text"

interface Props {
  readonly entities: readonly AdminCacheEntityStats[]
}

/** Which kinds of data the shop asks for, how often the cache has them, and what makes it forget them. */
export function EntitiesCard({ entities }: Props) {
  const { t } = useTranslation(NAMESPACE)
  const [isOpen, setIsOpen] = useState(false)
  const wanted = entities.filter(({ entity }) => !isPlumbing(entity))
  const atFirst = wanted.length > 0 ? wanted : entities
  const shown = isOpen ? entities : atFirst
  return (
    <Card title={t("entities.heading")} hint={t("entities.hint")} testId="cache-entities">
      {entities.length === 0 ? (
        <p className="txt-small text-ui-fg-subtle px-6 py-4">{t("entities.empty")}</p>
      ) : (
        <div className="overflow-x-auto" role="group" tabIndex={0} aria-label={t("entities.heading")}>
          <Table>
            <Table.Header>
              <Table.Row>
                <Table.HeaderCell scope="col">{t("entities.entity")}</Table.HeaderCell>
                <Table.HeaderCell scope="col" className="text-end">
                  {t("entities.lookups")}
                </Table.HeaderCell>
                <Table.HeaderCell scope="col">{t("entities.hitRate")}</Table.HeaderCell>
                <Table.HeaderCell scope="col" className="text-end">
                  {t("entities.time")}
                </Table.HeaderCell>
                <Table.HeaderCell scope="col">{t("entities.cleared")}</Table.HeaderCell>
              </Table.Row>
            </Table.Header>
            <Table.Body>
              {shown.map((entity) => (
                <EntityRow key={entity.entity} stats={entity} />
              ))}
            </Table.Body>
          </Table>
        </div>
      )}
      {entities.length > atFirst.length && <ShowMore isOpen={isOpen} onChange={setIsOpen} />}
    </Card>
  )
}

/** What stands for a clear of everything in the place of a tag. */
const EVERYTHING = "*"

function EntityRow({ stats }: { readonly stats: AdminCacheEntityStats }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const nameOf = useEntityName()
  const name = stats.entity === OTHER_TYPES ? t("entities.other") : nameOf(stats.entity)
  const [worst] = stats.cleared_by
  return (
    <Table.Row>
      <Table.Cell className="max-w-40 py-1.5">
        <span className="txt-compact-small-plus text-ui-fg-base block whitespace-normal break-words first-letter:uppercase">
          {name}
        </span>
      </Table.Cell>
      <Table.Cell className="text-end tabular-nums">{format.count(stats.lookups)}</Table.Cell>
      <Table.Cell>
        <div className="flex items-center gap-x-3">
          <span className="w-14 shrink-0 tabular-nums">{format.percent(stats.hit_rate)}</span>
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
      <Table.Cell className="whitespace-nowrap text-end tabular-nums">
        {stats.hit_ms === null || stats.build_ms === null
          ? NOTHING
          : t("entities.times", { hit: format.duration(stats.hit_ms), build: format.duration(stats.build_ms) })}
      </Table.Cell>
      <Table.Cell className="min-w-48 py-1.5">
        {stats.misses.cleared === 0 ? (
          <span className="text-ui-fg-subtle">{NOTHING}</span>
        ) : (
          <span className="flex max-w-64 flex-col tabular-nums">
            {t("entities.clearedLookups", {
              count: stats.misses.cleared,
              formatted: format.count(stats.misses.cleared),
            })}
            {worst !== undefined && (
              <span className="txt-compact-xsmall text-ui-fg-subtle flex flex-wrap items-baseline gap-x-1">
                <span className="whitespace-nowrap">
                  {worst.clears > 0
                    ? t("entities.after", {
                        number: format.count(worst.misses),
                        clears: t("clearsOf", { count: worst.clears, formatted: format.count(worst.clears) }),
                      })
                    : t("entities.mostlyBy")}
                </span>
                {worst.tag === EVERYTHING ? (
                  <span>{t("clears.everythingOf")}</span>
                ) : (
                  <CodeText text={worst.tag} className="txt-compact-xsmall min-w-0" />
                )}
              </span>
            )}
          </span>
        )}
      </Table.Cell>
    </Table.Row>
  )
}
