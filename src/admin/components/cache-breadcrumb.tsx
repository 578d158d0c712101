import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../i18n/namespace"

export function CacheBreadcrumb() {
  const { t } = useTranslation(NAMESPACE)
  return <>{t("page.title")}</>
}
