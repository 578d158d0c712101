import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../i18n/namespace"
import { type ClearOutcome, wordsFor } from "../lib/clear-outcome"
import { useFormat } from "./use-format"

/** What is said about how a clear has ended. */
export function useOutcomeText(): (outcome: ClearOutcome) => { title: string; description: string } {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()

  return (outcome) => {
    const { key } = wordsFor(outcome)
    const title = t(`outcome.${key}.title`)
    if (outcome.kind === "failed") {
      return { title, description: outcome.isForbidden ? t("outcome.forbidden.description") : outcome.message }
    }
    if (outcome.kind === "started") {
      return { title, description: t("outcome.started.description") }
    }
    const { targets, entries, server, stale_until } = outcome.result
    if (key === "pending") {
      const until = stale_until === null ? t("outcome.pending.untilDelivered") : format.dateTime(stale_until)
      return { title, description: t("outcome.pending.description", { server, until }) }
    }
    if (key === "cleared" && entries !== null) {
      const description = t("outcome.cleared.withEntries", {
        targets: t("outcome.cleared.targets", { count: targets, formatted: format.integer(targets) }),
        count: entries,
        formatted: format.count(entries),
      })
      return { title, description }
    }
    return {
      title,
      description: t(`outcome.${key}.description`, { count: targets, formatted: format.integer(targets) }),
    }
  }
}
