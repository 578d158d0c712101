import { useTranslation } from "react-i18next"
import { isRoute } from "../lib/tags"
import { NAMESPACE } from "../i18n/namespace"

/** Words for a type of entity: "products", "responses of /store/products". The type itself when there are none. */
export function useEntityName(): (entity: string) => string {
  const { t, i18n } = useTranslation(NAMESPACE)
  const names = i18n.getResource("en", NAMESPACE, "entityNames") as object | undefined
  return (entity) => {
    if (isRoute(entity)) return t("responses.of", { route: entity })
    // A type may have any name, also one that means something to i18next or to JavaScript.
    return Object.hasOwn(names ?? {}, entity) ? t(`entityNames.${entity}`) : entity
  }
}
