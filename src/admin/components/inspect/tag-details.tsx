import { Button, Heading } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheEntrySummary } from "../../../types/http"
import { useCacheTag } from "../../hooks/use-cache"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { ENTRIES_PER_PAGE } from "../../lib/cache-api"
import { NOTHING } from "../../lib/format"
import { statusOf } from "../../lib/request-error"
import { ClearButton } from "../common/clear-button"
import { Facts, FailedPart, Loading } from "../common/card"
import { CodeText, Sentence } from "../common/text"
import { useAboutText } from "../entries/about-text"
import { LastCleared } from "../tags/last-cleared"
import { EntryState } from "./entry-state"

interface TagDetailsProps {
  readonly tag: string
  readonly onInspectEntry: (key: string) => void
  readonly mayClear: boolean
}

export function TagDetails({ tag: name, onInspectEntry, mayClear }: TagDetailsProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const [offset, setOffset] = useState(0)
  const { data, isPending, error, refetch } = useCacheTag(name, offset)

  if (isPending) {
    return (
      <div className="p-6">
        <Loading className="h-9" count={6} />
      </div>
    )
  }
  if (data === undefined) {
    return statusOf(error) === 404 ? (
      <p className="txt-small text-ui-fg-subtle p-6">{t("inspect.unknownTag")}</p>
    ) : (
      <FailedPart onRetry={refetch} />
    )
  }
  const { tag, entries, count } = data
  return (
    <div className="flex flex-col divide-y">
      <Facts
        facts={[
          { label: t("tags.version"), value: tag.version === null ? NOTHING : format.integer(tag.version) },
          { label: t("tags.lastCleared"), value: <LastCleared tag={tag} isExact /> },
          { label: t("tags.entries"), value: tag.entries === null ? NOTHING : `≈ ${format.integer(tag.entries)}` },
          { label: t("tags.hits"), value: format.integer(tag.hits) },
        ]}
      />
      <div className="px-6 py-4">
        <ClearButton scope={{ kind: "tags", tags: [name] }} mayClear={mayClear} label={t("clear.tag")} />
      </div>
      <div className="flex flex-col gap-y-2 py-4">
        <Heading level="h3" className="px-6">
          {t("inspect.entries")}
        </Heading>
        <p className="txt-small text-ui-fg-subtle px-6">{t("inspect.entriesHint")}</p>
        <EntryList entries={entries} isKnown={tag.entries !== null} onInspect={onInspectEntry} />
        {count > ENTRIES_PER_PAGE && (
          <div className="flex items-center justify-between px-6">
            <Button
              size="small"
              variant="transparent"
              disabled={offset === 0}
              onClick={() => setOffset(Math.max(0, offset - ENTRIES_PER_PAGE))}
            >
              {t("general.prev")}
            </Button>
            <span className="txt-compact-small text-ui-fg-subtle tabular-nums">
              {format.integer(offset + 1)}–{format.integer(Math.min(count, offset + ENTRIES_PER_PAGE))}{" "}
              {t("general.of")} {format.integer(count)}
            </span>
            <Button
              size="small"
              variant="transparent"
              disabled={offset + ENTRIES_PER_PAGE >= count}
              onClick={() => setOffset(offset + ENTRIES_PER_PAGE)}
            >
              {t("general.next")}
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

interface EntryListProps {
  readonly entries: readonly AdminCacheEntrySummary[]
  /** False while nobody can tell which entries there are. */
  readonly isKnown: boolean
  readonly onInspect: (key: string) => void
}

function EntryList({ entries, isKnown, onInspect }: EntryListProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const textOf = useAboutText()
  if (entries.length === 0) {
    return (
      <p className="txt-small text-ui-fg-subtle px-6 py-2">{t(isKnown ? "inspect.noEntries" : "preview.unknown")}</p>
    )
  }
  return (
    <ul className="divide-y border-y">
      {entries.map((entry) => (
        <li key={entry.key}>
          <button
            type="button"
            onClick={() => onInspect(entry.key)}
            className="hover:bg-ui-bg-base-hover focus-visible:shadow-borders-focus flex w-full items-center justify-between gap-x-4 px-6 py-3 text-start outline-none"
          >
            <span className="min-w-0">
              <Sentence text={textOf(entry)} className="txt-compact-small text-ui-fg-base" />
              <CodeText text={entry.key} className="text-ui-fg-subtle" />
              <span className="txt-compact-small text-ui-fg-subtle">
                {format.bytes(entry.stored_bytes)}
                {" · "}
                {entry.ttl_left_seconds === null
                  ? NOTHING
                  : t("inspect.ttlLeft", { time: format.duration(entry.ttl_left_seconds * 1000) })}
              </span>
            </span>
            <span className="shrink-0">
              <EntryState state={entry.state} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
