import { CircleStack } from "@medusajs/icons"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import { PageMessage } from "./page-message"

/** The cache may be busy, and nobody counts it. */
export function NoStatistics() {
  const { t } = useTranslation(NAMESPACE)
  return (
    <PageMessage
      icon={<CircleStack />}
      title={t("states.noStatistics.title")}
      text={t("states.noStatistics.text")}
      testId="cache-no-statistics"
    />
  )
}
