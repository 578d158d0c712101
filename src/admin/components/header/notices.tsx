import { Alert } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheResponse, AdminCacheTotals } from "../../../types/http"
import { useHasOutdatedPart } from "../../hooks/use-cache"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { troubleOf } from "../../lib/servers"

interface TroubleBannerProps {
  readonly cache: AdminCacheResponse["cache"]
  /** The status that is shown is older than it should be. */
  readonly hasRefreshFailed: boolean
}

/** What is wrong, since when, what it means for the shop, and what to do. Nothing when nothing is wrong. */
export function TroubleBanner({ cache, hasRefreshFailed }: TroubleBannerProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const hasOutdatedPart = useHasOutdatedPart()
  const trouble = troubleOf(cache, hasRefreshFailed) ?? (hasOutdatedPart ? "refresh_failed" : undefined)
  if (trouble === undefined) {
    return null
  }
  return (
    <Alert
      variant={trouble === "degraded" || trouble === "refresh_failed" ? "warning" : "error"}
      role="alert"
      data-testid="cache-trouble"
    >
      <div className="flex flex-col gap-y-1">
        <p className="txt-compact-small-plus">
          {t(`trouble.${trouble}.title`)}
          {cache.since !== null && trouble !== "refresh_failed" && (
            // Not announced: it changes with each refresh, and the whole banner would be read aloud again.
            <span className="text-ui-fg-subtle txt-compact-small" aria-live="off">
              {" · "}
              {t("trouble.since", {
                time: format.dateTime(cache.since),
                ago: format.ago(cache.since, Date.now()),
              })}
            </span>
          )}
        </p>
        <p className="txt-small">{t(`trouble.${trouble}.meaning`)}</p>
        <p className="txt-small text-ui-fg-subtle">{t(`trouble.${trouble}.advice`)}</p>
      </div>
    </Alert>
  )
}

interface BriefSetsNoticeProps {
  readonly totals: AdminCacheTotals
}

/** Code of the shop stores what is kept for seconds only, and how to change that. Nothing when there is none. */
export function BriefSetsNotice({ totals }: BriefSetsNoticeProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const count = totals.kept_briefly
  if (count === 0) {
    return null
  }
  return (
    <Alert variant="info" data-testid="cache-brief-sets">
      <div className="flex flex-col gap-y-1">
        <p className="txt-compact-small-plus">{t("briefSets.title", { count, formatted: format.integer(count) })}</p>
        <p className="txt-small">{t("briefSets.meaning")}</p>
        <p className="txt-small text-ui-fg-subtle">{t("briefSets.advice")}</p>
      </div>
    </Alert>
  )
}
