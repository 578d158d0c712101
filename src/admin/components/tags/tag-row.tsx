import { Checkbox, Table } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheTag } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { NOTHING } from "../../lib/format"
import { parseTag } from "../../lib/tag-name"
import { CodeText } from "../common/code-text"
import { EntityBadge } from "../common/entity-badge"
import { LastCleared } from "./last-cleared"
import { TagActions } from "./tag-actions"

interface TagRowProps {
  readonly tag: AdminCacheTag
  readonly isSelected: boolean
  readonly onSelect: (isSelected: boolean) => void
  readonly mayClear: boolean
  readonly onInspect: () => void
  readonly onClear: () => void
}

export function TagRow({ tag, isSelected, onSelect, mayClear, onInspect, onClear }: TagRowProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { isList } = parseTag(tag.tag)
  return (
    <Table.Row data-tag={tag.tag}>
      {mayClear && (
        <Table.Cell className="w-10">
          <Checkbox
            aria-label={t("tags.select", { tag: tag.tag })}
            checked={isSelected}
            onCheckedChange={(checked) => onSelect(checked === true)}
          />
        </Table.Cell>
      )}
      <Table.Cell className="max-w-60">
        <button
          type="button"
          className="focus-visible:shadow-borders-focus flex max-w-full flex-col items-start gap-y-0.5 rounded py-1 text-start outline-none"
          onClick={onInspect}
        >
          <CodeText text={tag.tag} className="text-ui-fg-base hover:text-ui-fg-interactive max-w-full" />
          {isList ? (
            <span className="txt-compact-xsmall text-ui-fg-subtle">{t("tags.list", { entity: tag.entity })}</span>
          ) : (
            <EntityBadge entity={tag.entity} />
          )}
        </button>
      </Table.Cell>
      <Table.Cell className="text-end tabular-nums" data-column="version">
        {tag.version === null ? NOTHING : format.integer(tag.version)}
      </Table.Cell>
      <Table.Cell className="text-end tabular-nums">
        {tag.entries === null ? NOTHING : `≈ ${format.count(tag.entries)}`}
      </Table.Cell>
      <Table.Cell className="text-end tabular-nums">≈ {format.count(tag.hits)}</Table.Cell>
      <Table.Cell className="whitespace-nowrap">
        <LastCleared tag={tag} />
      </Table.Cell>
      <Table.Cell className="w-10 text-end">
        <TagActions tag={tag.tag} mayClear={mayClear} onInspect={onInspect} onClear={onClear} />
      </Table.Cell>
    </Table.Row>
  )
}
