import { useTranslation } from "react-i18next"
import { isRoute } from "../lib/tags"
import { NAMESPACE } from "../i18n/namespace"

/** Words for a type of entity: "products", "responses of /store/products". The type itself when there are none. */
export function useEntityName(): (entity: string) => string {
  const { t } = useTranslation(NAMESPACE)
  return (entity) =>
    isRoute(entity) ? t("responses.of", { route: entity }) : t(`entityNames.${entity}`, { defaultValue: entity })
}
