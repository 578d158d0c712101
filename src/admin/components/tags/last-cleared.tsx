import { useTranslation } from "react-i18next"
import type { AdminCacheTag } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"
import { TimeAgo } from "../common/time-ago"

/** When a tag was last cleared, and by what. */
export function LastCleared({ tag }: { readonly tag: AdminCacheTag }) {
  const { t } = useTranslation(NAMESPACE)
  if (tag.last_cleared_at === null) {
    return <span className="text-ui-fg-muted">{t("tags.never")}</span>
  }
  return (
    <span>
      <TimeAgo time={tag.last_cleared_at} />
      {tag.last_cleared_by !== null && (
        <span className="text-ui-fg-subtle"> · {t(`origin.${tag.last_cleared_by}`)}</span>
      )}
    </span>
  )
}
