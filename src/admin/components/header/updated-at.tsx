import { useTranslation } from "react-i18next"
import { useFormat } from "../../hooks/use-format"
import { useNow } from "../../hooks/use-now"
import { NAMESPACE } from "../../i18n/namespace"

/** `updated 12 seconds ago`. Not announced: it changes every second. */
export function UpdatedAt({ atMs }: { readonly atMs: number }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const now = useNow(1_000)
  return (
    <span className="txt-compact-small text-ui-fg-subtle whitespace-nowrap tabular-nums">
      {t("header.updated", { ago: format.relative(atMs, Math.max(now, atMs)) })}
    </span>
  )
}
