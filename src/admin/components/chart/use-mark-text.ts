import { useTranslation } from "react-i18next"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import type { TimelineMark } from "../../lib/traffic"

/** What a mark in the chart stands for, in words. */
export function useMarkText(): (mark: TimelineMark) => string {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  return (mark) => {
    const time = format.clock(mark.atMs)
    if (mark.kind === "restart") {
      return t("chart.mark.restart", { time, server: mark.serverId })
    }
    const by = t(`origin.${mark.clear.origin}`)
    return mark.kind === "clear_all"
      ? t("chart.mark.clearAll", { time, by })
      : t("chart.mark.clear", { time, by, what: mark.clear.sample.join(", ") })
  }
}
