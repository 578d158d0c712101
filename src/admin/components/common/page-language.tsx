import { type PropsWithChildren, useMemo } from "react"
import { I18nextProvider, useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import { intlLocale } from "../../lib/format"

type I18n = ReturnType<typeof useTranslation>["i18n"]

const FALLBACK = "en"

/**
 * Shows what is in it in the language of the dashboard, or all in English where the page is not translated: with the
 * figures, units and direction of another language English sentences cannot be read.
 */
export function PageLanguage({ children }: PropsWithChildren) {
  const { i18n } = useTranslation(NAMESPACE)
  const { language } = i18n
  const shown = useMemo(() => {
    const translated = i18n.languages.find((code) => i18n.hasResourceBundle(code, NAMESPACE)) ?? FALLBACK
    return intlLocale(language).startsWith(translated) ? i18n : inEnglish(i18n)
  }, [i18n, language])
  return <I18nextProvider i18n={shown}>{children}</I18nextProvider>
}

/** The same translations, seen in English. A clone would store English as the user's choice. */
function inEnglish(i18n: I18n): I18n {
  const getFixedT = (_language: unknown, ...rest: [never, never]) => i18n.getFixedT(FALLBACK, ...rest)
  return Object.create(i18n, {
    language: { value: FALLBACK },
    languages: { value: [FALLBACK] },
    resolvedLanguage: { value: FALLBACK },
    getFixedT: { value: getFixedT },
  }) as I18n
}
