import { ArrowLeft } from "@medusajs/icons"
import { Button, Heading } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { useCacheEntry } from "../../hooks/use-cache"
import { useClearAndTell } from "../../hooks/use-clear-and-tell"
import { NAMESPACE } from "../../i18n/namespace"
import { statusOf } from "../../lib/request-error"
import { FailedPart } from "../common/failed-part"
import { Loading } from "../common/loading"
import { EntryFacts } from "./entry-facts"
import { EntryTags } from "./entry-tags"

interface EntryDetailsProps {
  readonly entryKey: string
  /** To the tag that it was reached from. */
  readonly onBack: (() => void) | undefined
  readonly onInspectTag: (tag: string) => void
  readonly mayClear: boolean
}

export function EntryDetails({ entryKey, onBack, onInspectTag, mayClear }: EntryDetailsProps) {
  const { t } = useTranslation(NAMESPACE)
  const { data, isPending, error, refetch } = useCacheEntry(entryKey)
  const { clearAndTell, isClearing } = useClearAndTell()

  return (
    <div className="flex flex-col divide-y">
      {onBack !== undefined && (
        <div className="px-4 py-2">
          <Button size="small" variant="transparent" onClick={onBack}>
            <ArrowLeft className="rtl:rotate-180" />
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
          <EntryFacts entry={data.entry} />
          <div className="px-6 py-4">
            <Button
              size="small"
              variant="secondary"
              isLoading={isClearing}
              disabled={!mayClear}
              onClick={() => void clearAndTell({ kind: "key", key: entryKey })}
            >
              {t("clear.entry")}
            </Button>
          </div>
          <EntryTags tags={data.entry.tags} onInspect={onInspectTag} />
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
        </>
      )}
    </div>
  )
}
