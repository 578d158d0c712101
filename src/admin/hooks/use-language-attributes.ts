import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../i18n/namespace"
import { intlLocale } from "../lib/format"

/** For the outermost element of what is shown, also of what lies outside of the page, such as a dialog. */
export function useLanguageAttributes(): { readonly dir: "ltr" | "rtl"; readonly lang: string } {
  const { i18n } = useTranslation(NAMESPACE)
  return { dir: i18n.dir(i18n.language), lang: intlLocale(i18n.language) }
}
