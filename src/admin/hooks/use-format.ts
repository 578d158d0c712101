import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { createFormat, type Format } from "../lib/format"

/** Numbers and times in the language of the dashboard. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  return useMemo(() => createFormat(i18n.language), [i18n.language])
}
