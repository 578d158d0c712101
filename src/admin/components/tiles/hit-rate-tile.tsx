import { clx } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheTotals, CacheRange } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { hitRateChange, judgeHitRate } from "../../lib/hit-rate-verdict"
import { Tile } from "./tile"

interface HitRateTileProps {
  readonly totals: AdminCacheTotals
  readonly previous: AdminCacheTotals
  readonly range: CacheRange
}

export function HitRateTile({ totals, previous, range }: HitRateTileProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const change = hitRateChange(totals, previous)
  const verdict = judgeHitRate(totals)
  return (
    <Tile
      label={t("tiles.hitRate.label")}
      value={format.percent(totals.hit_rate)}
      explanation={t("tiles.hitRate.explanation", { count: totals.misses.cleared ?? 0 })}
      testId="tile-hit-rate"
      note={
        <span className="flex flex-wrap gap-x-2">
          {verdict === "low" && <span className="text-ui-tag-orange-text">{t("tiles.hitRate.low")}</span>}
          {verdict === "few" && <span>{t("tiles.hitRate.few")}</span>}
          {change !== null && (
            <span className={clx("tabular-nums", { "text-ui-tag-green-text": change > 0.0005 })}>
              {t("tiles.hitRate.change", { points: format.points(change), range: t(`range.previous.${range}`) })}
            </span>
          )}
        </span>
      }
    />
  )
}
