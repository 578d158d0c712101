import { useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { useCacheTags } from "../../hooks/use-cache"
import { useClearAndTell } from "../../hooks/use-clear-and-tell"
import { useTagQuery } from "../../hooks/use-tag-query"
import { NAMESPACE } from "../../i18n/namespace"
import { TAGS_PER_PAGE } from "../../lib/tag-query"
import { Card } from "../common/card"
import { FailedPart } from "../common/failed-part"
import { Loading } from "../common/loading"
import { SelectionBar } from "./selection-bar"
import { TagPages } from "./tag-pages"
import { TagTable } from "./tag-table"
import { TagToolbar } from "./tag-toolbar"

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
  const clear = async (tags: readonly string[]) => {
    const outcome = await clearAndTell({ kind: "tags", tags })
    if (outcome !== undefined && outcome.kind !== "failed") setSelected([])
  }

  return (
    <Card
      title={t("tags.heading")}
      hint={t(data?.truncated === true ? "tags.truncated" : data?.complete === false ? "tags.incomplete" : "tags.hint")}
      testId="cache-tags"
    >
      <TagToolbar query={query} entities={choices} onChange={changeQuery} />
      {isPending ? (
        <div className="px-6 py-4">
          <Loading className="h-8" count={5} />
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
        isBusy={isClearing}
        onClear={() => void clear(selected)}
        onCancel={() => setSelected([])}
      />
    </Card>
  )
}
