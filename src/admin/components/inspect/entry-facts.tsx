import { useTranslation } from "react-i18next"
import type { AdminCacheEntry } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { NOTHING } from "../../lib/format"
import { CodeText } from "../common/code-text"
import { Facts } from "../common/facts"
import { TimeAgo } from "../common/time-ago"
import { EntryState } from "./entry-state"

export function EntryFacts({ entry }: { readonly entry: AdminCacheEntry }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  return (
    <Facts
      facts={[
        {
          label: t("inspect.state"),
          value: (
            <span className="flex flex-col items-start gap-y-1">
              <EntryState state={entry.state} />
              {entry.cleared_by !== null && <CodeText text={entry.cleared_by} className="max-w-full" />}
            </span>
          ),
        },
        {
          label: t("inspect.size"),
          value: t("inspect.sizes", { size: format.bytes(entry.size_bytes), stored: format.bytes(entry.stored_bytes) }),
        },
        { label: t("inspect.stored"), value: entry.stored_at === null ? NOTHING : <TimeAgo time={entry.stored_at} /> },
        {
          label: t("inspect.expires"),
          value: entry.expires_at === null ? t("inspect.never") : <TimeAgo time={entry.expires_at} />,
        },
        { label: t("inspect.computeTime"), value: format.duration(entry.compute_ms) },
        { label: t("inspect.autoInvalidate"), value: t(entry.auto_invalidate ? "inspect.yes" : "inspect.no") },
        { label: t("inspect.server"), value: <CodeText text={entry.server} /> },
        { label: t("inspect.name"), value: <CodeText text={entry.name} /> },
      ]}
    />
  )
}
