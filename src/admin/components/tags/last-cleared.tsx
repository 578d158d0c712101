import { useTranslation } from "react-i18next"
import type { AdminCacheTag } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"
import { NOTHING } from "../../lib/format"
import { TimeAgo } from "../common/text"

interface LastClearedProps {
  readonly tag: AdminCacheTag
  readonly isExact?: boolean
}

/** When a tag was last cleared, and by what. */
export function LastCleared({ tag, isExact = false }: LastClearedProps) {
  const { t } = useTranslation(NAMESPACE)
  if (tag.last_cleared_at === null) {
    // Not "never": a restart of Memcached forgets when.
    return <span className="text-ui-fg-subtle">{NOTHING}</span>
  }
  return (
    <span className="flex flex-col">
      <TimeAgo time={tag.last_cleared_at} isExact={isExact} />
      {tag.last_cleared_by !== null && (
        <span className="text-ui-fg-subtle txt-compact-xsmall">{t(`origin.${tag.last_cleared_by}`)}</span>
      )}
    </span>
  )
}
