import { useTranslation } from "react-i18next"
import type { AdminCacheEntityStats } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { NOTHING } from "../../lib/format"

interface TypeHitRateProps {
  readonly type: string
  readonly stats: AdminCacheEntityStats | undefined
}

/** How well the cache serves all of this type: for a single one it is not counted. */
export function TypeHitRate({ type, stats }: TypeHitRateProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  return (
    <div className="flex items-baseline justify-between gap-x-4 px-6 py-3">
      <span className="txt-compact-small text-ui-fg-subtle">{t("widget.hitRate", { type })}</span>
      <span className="txt-compact-small tabular-nums">
        {stats === undefined ? NOTHING : format.percent(stats.hit_rate)}
      </span>
    </div>
  )
}
