import { StatusBadge } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheInvalidation } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { TextLink } from "../common/text-link"

const COLORS = { running: "blue", done: "green", partly_done: "orange", failed: "red" } as const

/** How far one workflow has come. Its steps are to be seen where Medusa shows all workflows. */
export function InvalidationLine({ invalidation }: { readonly invalidation: Omit<AdminCacheInvalidation, "batches"> }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { id, state, done, total, pending } = invalidation
  const progress = t("invalidation.progress", { done: format.integer(done), total: format.integer(total) })
  return (
    <div className="flex flex-col gap-y-2" data-testid="invalidation">
      <div className="txt-compact-small flex items-center justify-between gap-x-4">
        <span className="tabular-nums">{progress}</span>
        <StatusBadge color={COLORS[state]}>{t(`invalidation.state.${state}`)}</StatusBadge>
      </div>
      <div
        role="progressbar"
        aria-label={t("invalidation.label")}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={progress}
        className="bg-ui-bg-component-hover h-1.5 overflow-hidden rounded-full"
      >
        <div
          className="bg-ui-tag-blue-icon h-full rounded-full"
          style={{ width: `${total === 0 ? 100 : (done / total) * 100}%` }}
        />
      </div>
      <p className="txt-compact-small text-ui-fg-subtle flex flex-wrap gap-x-2">
        {pending > 0 && (
          <span>{t("invalidation.pending", { count: pending, formatted: format.integer(pending) })}</span>
        )}
        <TextLink to={`/settings/workflows?q=${encodeURIComponent(id)}`}>{t("invalidation.open")}</TextLink>
      </p>
    </div>
  )
}
