import { Alert } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheTotals } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"

interface BriefSetsNoticeProps {
  readonly totals: AdminCacheTotals
}

/** Code of the shop stores what is kept for seconds only, and how to change that. Nothing when there is none. */
export function BriefSetsNotice({ totals }: BriefSetsNoticeProps) {
  const { t } = useTranslation(NAMESPACE)
  if (totals.kept_briefly === 0) {
    return null
  }
  return (
    <Alert variant="info" data-testid="cache-brief-sets">
      <div className="flex flex-col gap-y-1">
        <p className="txt-compact-small-plus">{t("briefSets.title", { count: totals.kept_briefly })}</p>
        <p className="txt-small">{t("briefSets.meaning")}</p>
        <p className="txt-small text-ui-fg-subtle">{t("briefSets.advice")}</p>
      </div>
    </Alert>
  )
}
