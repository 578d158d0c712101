/** `ptBR`, as the dashboard writes a language, is `pt-BR` for Intl, which throws on what it does not understand. */
export function intlLocale(language: string): string {
  const locale = language.replace(/^([a-z]{2,3})([A-Z]{2})$/, "$1-$2")
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "en"
  } catch {
    return "en"
  }
}
