import { useEffect, useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { type Format, createFormat } from "../lib/format"

/** Numbers and times in the language of the dashboard. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  return useMemo(() => createFormat(i18n.language), [i18n.language])
}

/** The time, read again every so often. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
