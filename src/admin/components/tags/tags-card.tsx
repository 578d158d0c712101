import { MagnifyingGlassMini } from "@medusajs/icons"
import { CommandBar, Input, Kbd, Select, Table } from "@medusajs/ui"
import { useEffect, useMemo, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { useCacheTags } from "../../hooks/use-cache"
import { useClearAndTell } from "../../hooks/use-clear"
import { useTagQuery } from "../../hooks/use-page-state"
import { useFormat } from "../../hooks/use-format"
import { useShortcut } from "../../hooks/use-shortcut"
import { NAMESPACE } from "../../i18n/namespace"
import { cacheApi } from "../../lib/cache-api"
import { TAGS_PER_PAGE, type TagQuery } from "../../lib/tags"
import { Card, FailedPart, Loading } from "../common/card"
import { DownloadMenu } from "../common/download-menu"
import { TagTable } from "./tag-table"

interface TagsCardProps {
  /** The types that the statistics know of, for the filter. */
  readonly entities: readonly string[]
  readonly mayClear: boolean
  readonly onInspect: (tag: string) => void
}

/** The tags that the shop's entries carry: found, sorted, looked into and cleared. */
export function TagsCard({ entities, mayClear, onInspect }: TagsCardProps) {
  const { t } = useTranslation(NAMESPACE)
  const [query, changeQuery] = useTagQuery()
  const { data, isPending, isError, isPlaceholderData, refetch } = useCacheTags(query)
  const [selected, setSelected] = useState<readonly string[]>([])
  const { clearAndTell, isClearing } = useClearAndTell()

  const choices = useMemo(
    () =>
      [...new Set([...entities, ...(data?.tags.map(({ entity }) => entity) ?? []), query.entity])]
        .filter(Boolean)
        .sort(),
    [entities, data, query.entity]
  )
  // Tags expire, and an address may name any page.
  const isBeyond = data?.tags.length === 0 && data.count > 0 && query.page > 0 && !isPlaceholderData
  const lastPage = Math.ceil((data?.count ?? 0) / TAGS_PER_PAGE) - 1
  useEffect(() => {
    if (isBeyond) changeQuery({ page: lastPage })
  }, [isBeyond, lastPage, changeQuery])
  const clear = async (tags: readonly string[]) => {
    const outcome = await clearAndTell({ kind: "tags", tags })
    if (outcome !== undefined && outcome.kind !== "failed") setSelected([])
  }

  return (
    <Card
      title={t("tags.heading")}
      hint={t(data?.truncated === true ? "tags.truncated" : data?.complete === false ? "tags.incomplete" : "tags.hint")}
      actions={<DownloadMenu name="cache-tags.csv" fetchCsv={() => cacheApi.tagsCsv(query)} />}
      testId="cache-tags"
    >
      <TagToolbar query={query} entities={choices} onChange={changeQuery} />
      {isPending ? (
        <div className="px-6 py-4">
          <Loading className="h-[42px]" count={TAGS_PER_PAGE} />
        </div>
      ) : isError && data === undefined ? (
        <FailedPart onRetry={refetch} />
      ) : data.tags.length === 0 ? (
        <p className="txt-small text-ui-fg-subtle px-6 py-10 text-center">
          {t(query.search === "" && query.entity === "" ? "tags.empty" : "tags.noneFound")}
        </p>
      ) : (
        <div className={isPlaceholderData ? "opacity-60" : undefined} aria-busy={isPlaceholderData}>
          <TagTable
            tags={data.tags}
            query={query}
            onSort={changeQuery}
            selected={selected}
            onSelect={setSelected}
            mayClear={mayClear}
            onInspect={onInspect}
            onClear={(tag) => void clear([tag])}
          />
        </div>
      )}
      {data !== undefined && data.count > TAGS_PER_PAGE && (
        <TagPages page={query.page} count={data.count} onChange={(page) => changeQuery({ page })} />
      )}
      <SelectionBar
        count={selected.length}
        hidden={selected.filter((name) => !data?.tags.some(({ tag }) => tag === name)).length}
        isBusy={isClearing}
        onClear={() => void clear(selected)}
        onCancel={() => setSelected([])}
      />
    </Card>
  )
}

interface TagPagesProps {
  readonly page: number
  readonly count: number
  readonly onChange: (page: number) => void
}

function TagPages({ page, count, onChange }: TagPagesProps) {
  const { t } = useTranslation(NAMESPACE)
  const pages = Math.ceil(count / TAGS_PER_PAGE)
  return (
    <Table.Pagination
      count={count}
      pageSize={TAGS_PER_PAGE}
      pageIndex={page}
      pageCount={pages}
      canPreviousPage={page > 0}
      canNextPage={page < pages - 1}
      previousPage={() => onChange(page - 1)}
      nextPage={() => onChange(page + 1)}
      translations={{
        of: t("general.of"),
        results: t("general.results"),
        pages: t("general.pages"),
        prev: t("general.prev"),
        next: t("general.next"),
      }}
    />
  )
}

const TYPING_PAUSE_MS = 300
/** The control has no empty value. */
const ALL = "*"

interface TagToolbarProps {
  readonly query: TagQuery
  readonly entities: readonly string[]
  readonly onChange: (change: Partial<TagQuery>) => void
}

function TagToolbar({ query, entities, onChange }: TagToolbarProps) {
  const { t } = useTranslation(NAMESPACE)
  const [text, setText] = useState(query.search)
  const sent = useRef(query.search)

  // The address may change by itself: by going back, or by a link of a widget. What was typed comes back through it later
  // than the next letters are typed.
  useEffect(() => {
    if (query.search === sent.current) return
    sent.current = query.search
    setText(query.search)
  }, [query.search])
  useEffect(() => {
    if (text === query.search) {
      return
    }
    const timer = setTimeout(() => {
      sent.current = text
      onChange({ search: text })
    }, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, query.search, onChange])

  return (
    <div className="flex flex-wrap items-center gap-2 px-6 py-4">
      <div className="relative min-w-48 grow sm:max-w-xs">
        <MagnifyingGlassMini
          className="text-ui-fg-subtle pointer-events-none absolute inset-y-0 start-1.5 z-[1] my-auto"
          aria-hidden="true"
        />
        {/* Of the type "search" the dashboard's field has an image without a name. */}
        <Input
          role="searchbox"
          className="ps-7"
          size="small"
          value={text}
          placeholder={t("tags.search")}
          aria-label={t("tags.search")}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="w-48">
        <Select
          size="small"
          value={query.entity === "" ? ALL : query.entity}
          onValueChange={(value) => onChange({ entity: value === ALL ? "" : value })}
        >
          <Select.Trigger aria-label={t("tags.filter")}>
            <Select.Value />
          </Select.Trigger>
          <Select.Content>
            <Select.Item value={ALL}>{t("tags.allEntities")}</Select.Item>
            {entities.map((entity) => (
              <Select.Item key={entity} value={entity}>
                {entity}
              </Select.Item>
            ))}
          </Select.Content>
        </Select>
      </div>
    </div>
  )
}

interface SelectionBarProps {
  readonly count: number
  /** The part of them that is on another page, or does not match the search. */
  readonly hidden: number
  readonly isBusy: boolean
  readonly onClear: () => void
  readonly onCancel: () => void
}

/** What can be done with the tags that are selected. */
function SelectionBar({ count, hidden, isBusy, onClear, onCancel }: SelectionBarProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  useShortcut("c", count > 0 && !isBusy, onClear)
  useShortcut("Escape", count > 0, onCancel)
  return (
    <CommandBar open={count > 0} disableAutoFocus>
      <CommandBar.Bar>
        <CommandBar.Value>
          {t("general.countSelected", { count })}
          {hidden > 0 && `, ${t("tags.hidden", { count: hidden, formatted: format.integer(hidden) })}`}
        </CommandBar.Value>
        <CommandBar.Seperator />
        <BarCommand
          label={t("clear.selected", { count, formatted: format.integer(count) })}
          shortcut="C"
          isDisabled={isBusy}
          onClick={onClear}
          testId="clear-selected"
        />
        <CommandBar.Seperator />
        <BarCommand label={t("tags.unselect")} shortcut="ESC" onClick={onCancel} />
      </CommandBar.Bar>
    </CommandBar>
  )
}

interface BarCommandProps {
  readonly label: string
  readonly shortcut: string
  readonly isDisabled?: boolean
  readonly onClick: () => void
  readonly testId?: string
}

/**
 * As `CommandBar.Command` looks. That one takes Ctrl+C for C, also in dialogs and menus, never hears Escape, and a click
 * does something even while it is disabled.
 */
function BarCommand({ label, shortcut, isDisabled = false, onClick, testId }: BarCommandProps) {
  return (
    <button
      type="button"
      disabled={isDisabled}
      className="bg-ui-contrast-bg-base txt-compact-small-plus transition-fg text-ui-contrast-fg-primary hover:bg-ui-contrast-bg-base-hover focus-visible:bg-ui-contrast-bg-highlight active:bg-ui-contrast-bg-base-pressed flex items-center gap-x-2 px-3 py-2.5 outline-none last-of-type:-me-1 last-of-type:pe-4"
      onClick={onClick}
      data-testid={testId}
    >
      {label}
      <Kbd className="bg-ui-contrast-bg-subtle border-ui-contrast-border-base text-ui-contrast-fg-secondary">
        {shortcut}
      </Kbd>
    </button>
  )
}
