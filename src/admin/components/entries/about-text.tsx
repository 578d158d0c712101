import { useTranslation } from "react-i18next"
import type { AdminCacheEntrySummary } from "../../../types/http"
import { useEntityName } from "../../hooks/use-entity-name"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { isRoute } from "../../lib/tags"

/** What an entry contains: "Products (18): Tarn Parka, Fell Boot, …". Its key when that is unknown. */
export function useAboutText(): (entry: Pick<AdminCacheEntrySummary, "about" | "key">) => string {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const nameOf = useEntityName()
  return ({ about, key }) => {
    if (about === null) return key
    const { entity, count, names } = about
    const [address] = names
    if (isRoute(entity) && address !== undefined) return address
    const what = t("entries.about", { what: nameOf(entity), count, number: format.integer(count) })
    if (names.length === 0) return what
    return `${what}: ${names.join(", ")}${count > names.length ? ", …" : ""}`
  }
}
