import {
  ArrowUpRightOnBox,
  BroomSparkle,
  EllipsisHorizontal,
  MagnifyingGlass,
  SquareTwoStack,
  TriangleDownMini,
  TriangleUpMini,
} from "@medusajs/icons"
import { Checkbox, DropdownMenu, IconButton, Table, clx, toast } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import type { AdminCacheTag } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { copyText } from "../../lib/copy-text"
import { pageOfTag, parseTag, type TagQuery, type TagSort, withPage } from "../../lib/tags"
import { NOTHING } from "../../lib/format"
import { CodeText, EntityBadge } from "../common/text"
import { LastCleared } from "./last-cleared"

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
    <div className="overflow-x-auto" role="group" tabIndex={0} aria-label={t("tags.heading")}>
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

interface SortHeaderProps {
  readonly column: TagSort
  readonly label: string
  readonly query: TagQuery
  readonly onSort: (change: Partial<TagQuery>) => void
  readonly isNumber?: boolean
}

/** The head of a column: sorts by it, and the other way round the next time. */
function SortHeader({ column, label, query, onSort, isNumber = false }: SortHeaderProps) {
  const isSorted = query.sort === column
  return (
    <Table.HeaderCell
      scope="col"
      aria-sort={isSorted ? (query.descending ? "descending" : "ascending") : "none"}
      className={clx({ "text-end": isNumber })}
    >
      <button
        type="button"
        className="focus-visible:shadow-borders-focus inline-flex items-center gap-x-0.5 whitespace-nowrap rounded outline-none"
        onClick={() => onSort({ sort: column, descending: isSorted ? !query.descending : column !== "tag" })}
      >
        {label}
        <span className={clx("text-ui-fg-subtle", { invisible: !isSorted })} aria-hidden="true">
          {query.descending ? <TriangleDownMini /> : <TriangleUpMini />}
        </span>
      </button>
    </Table.HeaderCell>
  )
}

interface TagRowProps {
  readonly tag: AdminCacheTag
  readonly isSelected: boolean
  readonly onSelect: (isSelected: boolean) => void
  readonly mayClear: boolean
  readonly onInspect: () => void
  readonly onClear: () => void
}

function TagRow({ tag, isSelected, onSelect, mayClear, onInspect, onClear }: TagRowProps) {
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
          {tag.name !== null && (
            <span className="txt-compact-small-plus text-ui-fg-base max-w-full truncate">{tag.name}</span>
          )}
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
      <Table.Cell className="text-end tabular-nums">{format.count(tag.hits)}</Table.Cell>
      <Table.Cell className="whitespace-nowrap">
        <LastCleared tag={tag} />
      </Table.Cell>
      <Table.Cell className="w-10 text-end">
        <TagActions tag={tag.tag} mayClear={mayClear} onInspect={onInspect} onClear={onClear} />
      </Table.Cell>
    </Table.Row>
  )
}

interface TagActionsProps {
  readonly tag: string
  readonly mayClear: boolean
  readonly onInspect: () => void
  readonly onClear: () => void
}

function TagActions({ tag, mayClear, onInspect, onClear }: TagActionsProps) {
  const { t } = useTranslation(NAMESPACE)
  const { entity, rest } = parseTag(tag)
  const page = pageOfTag(entity, rest)
  const copy = async () => {
    if (await copyText(tag)) toast.success(t("actions.copied"))
    else toast.error(t("configuration.notCopied"))
  }
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger asChild>
        <IconButton size="small" variant="transparent" aria-label={t("tags.actionsFor", { tag })}>
          <EllipsisHorizontal />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content align="end">
        <DropdownMenu.Item className="gap-x-2" disabled={!mayClear} onSelect={onClear}>
          <BroomSparkle className="text-ui-fg-subtle" />
          {t("clear.action")}
        </DropdownMenu.Item>
        <DropdownMenu.Item className="gap-x-2" onSelect={onInspect}>
          <MagnifyingGlass className="text-ui-fg-subtle" />
          {t("tags.inspect")}
        </DropdownMenu.Item>
        <DropdownMenu.Item className="gap-x-2" onSelect={() => void copy()}>
          <SquareTwoStack className="text-ui-fg-subtle" />
          {t("actions.copy")}
        </DropdownMenu.Item>
        {page !== undefined && (
          <DropdownMenu.Item className="gap-x-2" asChild>
            <Link to={page}>
              <ArrowUpRightOnBox className="text-ui-fg-subtle" />
              {t("tags.open", { entity })}
            </Link>
          </DropdownMenu.Item>
        )}
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}
