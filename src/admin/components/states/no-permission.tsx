import { LockClosedSolid } from "@medusajs/icons"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import { PageMessage } from "./page-message"

export function NoPermission() {
  const { t } = useTranslation(NAMESPACE)
  return (
    <PageMessage
      icon={<LockClosedSolid />}
      title={t("states.noPermission.title")}
      text={t("states.noPermission.text")}
      testId="cache-no-permission"
    />
  )
}
