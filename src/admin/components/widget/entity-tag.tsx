import { useTranslation } from "react-i18next"
import type { AdminCacheTag } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { NOTHING } from "../../lib/format"
import { CodeText } from "../common/code-text"
import { LastCleared } from "../tags/last-cleared"

interface EntityTagProps {
  readonly name: string
  /** Undefined: no entry has carried it lately. */
  readonly tag: AdminCacheTag | undefined
  readonly caption: string
}

export function EntityTag({ name, tag, caption }: EntityTagProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  return (
    <div className="flex flex-col gap-y-2 px-6 py-4" data-tag={name}>
      <div>
        <p className="txt-compact-small-plus text-ui-fg-base">{caption}</p>
        <CodeText text={name} className="text-ui-fg-subtle" />
      </div>
      {tag === undefined ? (
        <p className="txt-compact-small text-ui-fg-subtle">{t("widget.unused")}</p>
      ) : (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          <dt className="txt-compact-small text-ui-fg-subtle">{t("tags.version")}</dt>
          <dd className="txt-compact-small text-end tabular-nums" data-column="version">
            {tag.version === null ? NOTHING : format.integer(tag.version)}
          </dd>
          <dt className="txt-compact-small text-ui-fg-subtle">{t("tags.entries")}</dt>
          <dd className="txt-compact-small text-end tabular-nums">
            {tag.entries === null ? NOTHING : `≈ ${format.count(tag.entries)}`}
          </dd>
          <dt className="txt-compact-small text-ui-fg-subtle">{t("tags.lastCleared")}</dt>
          <dd className="txt-compact-small text-end">
            <LastCleared tag={tag} />
          </dd>
        </dl>
      )}
    </div>
  )
}
