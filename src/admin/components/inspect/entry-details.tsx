import { ArrowLeft } from "@medusajs/icons"
import { Badge, Button, Heading } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheEntry } from "../../../types/http"
import { useCacheEntry } from "../../hooks/use-cache"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { statusOf } from "../../lib/request-error"
import { ClearButton } from "../common/clear-button"
import { Facts, FailedPart, Loading } from "../common/card"
import { CodeText, TimeAgo } from "../common/text"
import { useAboutText } from "../entries/about-text"
import { EntryState } from "./entry-state"

interface EntryDetailsProps {
  readonly entryKey: string
  /** To the tag that it was reached from. */
  readonly onBack: (() => void) | undefined
  readonly onInspectTag: (tag: string) => void
  readonly mayClear: boolean
}

export function EntryDetails({ entryKey, onBack, onInspectTag, mayClear }: EntryDetailsProps) {
  const { t } = useTranslation(NAMESPACE)
  const { data, dataUpdatedAt, isPending, error, refetch } = useCacheEntry(entryKey)

  return (
    <div className="flex flex-col divide-y">
      {onBack !== undefined && (
        <div className="px-4 py-2">
          <Button size="small" variant="transparent" onClick={onBack}>
            <ArrowLeft />
            {t("actions.back")}
          </Button>
        </div>
      )}
      {isPending ? (
        <div className="p-6">
          <Loading className="h-9" count={6} />
        </div>
      ) : data === undefined ? (
        statusOf(error) === 404 ? (
          <p className="txt-small text-ui-fg-subtle p-6">{t("inspect.unknownEntry")}</p>
        ) : (
          <FailedPart onRetry={refetch} />
        )
      ) : (
        <>
          <EntryFacts entry={data.entry} readAtMs={dataUpdatedAt} />
          <div className="px-6 py-4">
            <ClearButton scope={{ kind: "key", key: entryKey }} mayClear={mayClear} label={t("clear.entry")} />
          </div>
          {data.entry.stored_at !== null && <EntryTags tags={data.entry.tags} onInspect={onInspectTag} />}
          {data.entry.preview !== "" && (
            <div className="flex flex-col gap-y-2 px-6 py-4">
              <Heading level="h3">{t("inspect.preview")}</Heading>
              <pre
                dir="ltr"
                tabIndex={0}
                aria-label={t("inspect.preview")}
                className="txt-compact-small bg-ui-bg-subtle border-ui-border-base max-h-72 overflow-auto whitespace-pre-wrap break-all rounded-lg border p-3 font-mono"
              >
                {data.entry.preview}
                {data.entry.preview_truncated && "…"}
              </pre>
            </div>
          )}
        </>
      )}
    </div>
  )
}

interface EntryFactsProps {
  readonly entry: AdminCacheEntry
  /** When the server has answered, by the clock of this browser. */
  readonly readAtMs: number
}

/** Of an entry that is not there, or cannot be read, nothing is known but where it would be. */
function EntryFacts({ entry, readAtMs }: EntryFactsProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const textOf = useAboutText()
  return (
    <Facts
      facts={[
        ...(entry.about === null ? [] : [{ label: t("inspect.contains"), value: textOf(entry) }]),
        {
          label: t("inspect.state"),
          value: (
            <span className="flex flex-col items-start gap-y-1">
              <EntryState state={entry.state} />
              {entry.cleared_by !== null && <CodeText text={entry.cleared_by} className="max-w-full" />}
            </span>
          ),
        },
        ...(entry.stored_at === null
          ? []
          : [
              {
                label: t("inspect.size"),
                value: t("inspect.sizes", {
                  size: format.bytes(entry.size_bytes),
                  stored: format.bytes(entry.stored_bytes),
                }),
              },
              { label: t("inspect.stored"), value: <TimeAgo time={entry.stored_at} isExact /> },
              {
                label: t("inspect.expires"),
                value:
                  entry.expires_at === null || entry.ttl_left_seconds === null ? (
                    t("inspect.never")
                  ) : (
                    <TimeAgo time={entry.expires_at} isExact dueAtMs={readAtMs + entry.ttl_left_seconds * 1000} />
                  ),
              },
              { label: t("inspect.computeTime"), value: format.estimate(entry.compute_ms) },
              { label: t("inspect.autoInvalidate"), value: t(entry.auto_invalidate ? "inspect.yes" : "inspect.no") },
            ]),
        { label: t("inspect.server"), value: <CodeText text={entry.server} /> },
        { label: t("inspect.name"), value: <CodeText text={entry.name} /> },
      ]}
    />
  )
}

/** An entry of a product list carries a thousand tags. */
const SHOWN_AT_FIRST = 12

interface EntryTagsProps {
  readonly tags: readonly string[]
  readonly onInspect: (tag: string) => void
}

function EntryTags({ tags, onInspect }: EntryTagsProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const [isOpen, setIsOpen] = useState(false)
  const shown = isOpen ? tags : tags.slice(0, SHOWN_AT_FIRST)
  return (
    <div className="flex flex-col gap-y-2 px-6 py-4">
      <Heading level="h3">{t("inspect.tags", { count: tags.length, formatted: format.integer(tags.length) })}</Heading>
      <ul className="flex flex-wrap gap-1.5" dir="ltr">
        {shown.map((tag) => (
          <li key={tag} className="max-w-full">
            <Badge size="2xsmall" asChild className="max-w-full font-mono">
              <button type="button" onClick={() => onInspect(tag)} title={tag}>
                <span className="truncate">{tag}</span>
              </button>
            </Badge>
          </li>
        ))}
      </ul>
      {shown.length < tags.length && (
        <div>
          <Button size="small" variant="transparent" onClick={() => setIsOpen(true)}>
            {t("general.plusCountMore", { count: tags.length - shown.length })}
          </Button>
        </div>
      )}
    </div>
  )
}
