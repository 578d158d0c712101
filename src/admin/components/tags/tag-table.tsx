import { Checkbox, Table } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheTag } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"
import { type TagQuery, withPage } from "../../lib/tag-query"
import { SortHeader } from "./sort-header"
import { TagRow } from "./tag-row"

interface TagTableProps {
  readonly tags: readonly AdminCacheTag[]
  readonly query: TagQuery
  readonly onSort: (change: Partial<TagQuery>) => void
  readonly selected: readonly string[]
  readonly onSelect: (tags: readonly string[]) => void
  readonly mayClear: boolean
  readonly onInspect: (tag: string) => void
  readonly onClear: (tag: string) => void
}

export function TagTable({ tags, query, onSort, selected, onSelect, mayClear, onInspect, onClear }: TagTableProps) {
  const { t } = useTranslation(NAMESPACE)
  const chosen = tags.filter(({ tag }) => selected.includes(tag)).length
  const header = { query, onSort }
  return (
    <div className="overflow-x-auto" role="region" tabIndex={0} aria-label={t("tags.heading")}>
      <Table>
        <Table.Header>
          <Table.Row>
            {mayClear && (
              <Table.HeaderCell scope="col" className="w-10">
                <Checkbox
                  aria-label={t("tags.selectAll")}
                  checked={chosen === tags.length ? true : chosen > 0 ? "indeterminate" : false}
                  onCheckedChange={(checked) =>
                    onSelect(
                      withPage(
                        selected,
                        tags.map(({ tag }) => tag),
                        checked === true
                      )
                    )
                  }
                />
              </Table.HeaderCell>
            )}
            <SortHeader column="tag" label={t("tags.tag")} {...header} />
            <SortHeader column="version" label={t("tags.version")} isNumber {...header} />
            <Table.HeaderCell scope="col" className="text-end">
              {t("tags.entries")}
            </Table.HeaderCell>
            <SortHeader column="hits" label={t("tags.hits")} isNumber {...header} />
            <SortHeader column="last_cleared_at" label={t("tags.lastCleared")} {...header} />
            <Table.HeaderCell className="w-10">
              <span className="sr-only">{t("tags.actions")}</span>
            </Table.HeaderCell>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {tags.map((tag) => (
            <TagRow
              key={tag.tag}
              tag={tag}
              isSelected={selected.includes(tag.tag)}
              onSelect={(isSelected) =>
                onSelect(isSelected ? [...selected, tag.tag] : selected.filter((name) => name !== tag.tag))
              }
              mayClear={mayClear}
              onInspect={() => onInspect(tag.tag)}
              onClear={() => onClear(tag.tag)}
            />
          ))}
        </Table.Body>
      </Table>
    </div>
  )
}
