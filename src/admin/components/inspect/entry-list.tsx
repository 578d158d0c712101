import { useTranslation } from "react-i18next"
import type { AdminCacheEntrySummary } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { NOTHING } from "../../lib/format"
import { CodeText } from "../common/code-text"
import { EntryState } from "./entry-state"

interface EntryListProps {
  readonly entries: readonly AdminCacheEntrySummary[]
  readonly onInspect: (key: string) => void
}

export function EntryList({ entries, onInspect }: EntryListProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  if (entries.length === 0) {
    return <p className="txt-small text-ui-fg-subtle px-6 py-2">{t("inspect.noEntries")}</p>
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
              <CodeText text={entry.key} className="text-ui-fg-base" />
              <span className="txt-compact-small text-ui-fg-subtle">
                {format.bytes(entry.size_bytes)}
                {" · "}
                {entry.ttl_left_seconds === null
                  ? NOTHING
                  : t("inspect.ttlLeft", { time: format.duration(entry.ttl_left_seconds * 1000) })}
              </span>
            </span>
            <EntryState state={entry.state} />
          </button>
        </li>
      ))}
    </ul>
  )
}
