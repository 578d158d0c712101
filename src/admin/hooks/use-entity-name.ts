import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../i18n/namespace"

/** Words for a type of entity: "Products". The type itself when there are none. */
export function useEntityName(): (entity: string) => string {
  const { t } = useTranslation(NAMESPACE)
  return (entity) => t(`entityNames.${entity}`, { defaultValue: entity })
}
