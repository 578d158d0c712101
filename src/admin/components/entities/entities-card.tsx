import { Table } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheEntityStats } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"
import { Card } from "../common/card"
import { ShowMore } from "../common/show-more"
import { EntityRow } from "./entity-row"

const SHOWN_AT_FIRST = 6

/** Which kinds of data the shop asks for, how often the cache has them, and what makes it forget them. */
export function EntitiesCard({ entities }: { readonly entities: readonly AdminCacheEntityStats[] }) {
  const { t } = useTranslation(NAMESPACE)
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
      {entities.length > SHOWN_AT_FIRST && <ShowMore isOpen={isOpen} onChange={setIsOpen} />}
    </Card>
  )
}
