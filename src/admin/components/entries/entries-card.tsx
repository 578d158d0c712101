import { Select, Table } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useCacheEntries } from "../../hooks/use-cache"
import { useEntityName } from "../../hooks/use-entity-name"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { ENTRY_ORDERS, type EntryOrder } from "../../lib/cache-api"
import { Card, FailedPart, Loading } from "../common/card"
import { CodeText, Sentence, TimeAgo } from "../common/text"
import { useAboutText } from "./about-text"

interface EntriesCardProps {
  readonly onInspect: (key: string) => void
}

/** The largest, dearest or most wanted entries, and what each type takes up. */
export function EntriesCard({ onInspect }: EntriesCardProps) {
  const { t } = useTranslation(NAMESPACE)
  const [order, setOrder] = useState<EntryOrder>("-stored_bytes")
  const { data, isPending, refetch } = useCacheEntries(order)
  return (
    <Card
      title={t("entries.heading")}
      hint={t("entries.hint")}
      testId="cache-entries"
      actions={
        <Select size="small" value={order} onValueChange={(value) => setOrder(value as EntryOrder)}>
          <Select.Trigger aria-label={t("entries.order")} className="w-44">
            <Select.Value />
          </Select.Trigger>
          <Select.Content>
            {ENTRY_ORDERS.map((each) => (
              <Select.Item key={each} value={each}>
                {t(`entries.by.${each.slice(1)}`)}
              </Select.Item>
            ))}
          </Select.Content>
        </Select>
      }
    >
      {data === undefined ? (
        isPending ? (
          <div className="px-6 py-4">
            <Loading className="h-10" count={4} />
          </div>
        ) : (
          <FailedPart onRetry={refetch} />
        )
      ) : data.entries.length === 0 ? (
        <p className="txt-small text-ui-fg-subtle px-6 py-4">{t("entries.empty")}</p>
      ) : (
        <>
          <EntryTable entries={data.entries} onInspect={onInspect} />
          <TypeSums sums={data.by_entity} />
        </>
      )}
    </Card>
  )
}

type Answer = NonNullable<ReturnType<typeof useCacheEntries>["data"]>

interface EntryTableProps {
  readonly entries: Answer["entries"]
  readonly onInspect: (key: string) => void
}

function EntryTable({ entries, onInspect }: EntryTableProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const textOf = useAboutText()
  return (
    <div className="overflow-x-auto" role="group" tabIndex={0} aria-label={t("entries.heading")}>
      <Table>
        <Table.Header>
          <Table.Row>
            <Table.HeaderCell scope="col">{t("entries.entry")}</Table.HeaderCell>
            {(["stored_bytes", "compute_ms", "hits", "stored_at"] as const).map((column) => (
              <Table.HeaderCell key={column} scope="col" className="whitespace-nowrap text-end">
                {t(`entries.column.${column}`)}
              </Table.HeaderCell>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {entries.map((entry) => (
            <Table.Row key={entry.key} data-entry={entry.key}>
              <Table.Cell className="max-w-72">
                <button
                  type="button"
                  className="focus-visible:shadow-borders-focus flex max-w-full flex-col items-start rounded py-1 text-start outline-none"
                  onClick={() => onInspect(entry.key)}
                >
                  <Sentence
                    text={textOf(entry)}
                    className="txt-compact-small text-ui-fg-base hover:text-ui-fg-interactive max-w-full"
                  />
                  <CodeText text={entry.key} className="text-ui-fg-subtle txt-compact-xsmall max-w-full" />
                </button>
              </Table.Cell>
              <Table.Cell className="whitespace-nowrap text-end tabular-nums">
                {format.bytes(entry.stored_bytes)}
              </Table.Cell>
              <Table.Cell className="whitespace-nowrap text-end tabular-nums">
                {format.estimate(entry.compute_ms)}
              </Table.Cell>
              <Table.Cell className="text-end tabular-nums">{format.count(entry.hits)}</Table.Cell>
              <Table.Cell className="whitespace-nowrap text-end">
                {entry.stored_at !== null && <TimeAgo time={entry.stored_at} />}
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table>
    </div>
  )
}

const SHOWN_TYPES = 4

function TypeSums({ sums }: { readonly sums: Answer["by_entity"] }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const nameOf = useEntityName()
  return (
    <ul className="txt-compact-small text-ui-fg-subtle flex flex-wrap gap-x-6 gap-y-1 px-6 py-3">
      {sums.slice(0, SHOWN_TYPES).map(({ entity, entries, stored_bytes: bytes, oldest_stored_at: oldest }) => (
        <li key={entity} className="first-letter:uppercase">
          {t("entries.sum", {
            what: nameOf(entity),
            count: entries,
            formatted: format.count(entries),
            size: format.bytes(bytes),
            oldest: format.ago(oldest, Date.now()),
          })}
        </li>
      ))}
    </ul>
  )
}
