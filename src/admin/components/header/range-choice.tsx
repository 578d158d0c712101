import { clx } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { CacheRange } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"
import { CACHE_RANGES } from "../../lib/cache-range"

interface RangeChoiceProps {
  readonly range: CacheRange
  readonly onChange: (range: CacheRange) => void
}

/** Radio buttons that look like one control: the browser brings their keys and their names. */
export function RangeChoice({ range, onChange }: RangeChoiceProps) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <fieldset className="bg-ui-bg-component shadow-borders-base flex h-7 items-center rounded-md p-0.5">
      <legend className="sr-only">{t("range.label")}</legend>
      {CACHE_RANGES.map((choice) => (
        <label
          key={choice}
          className={clx(
            "txt-compact-small-plus flex h-6 cursor-pointer items-center rounded px-2.5 transition-fg motion-reduce:transition-none",
            "focus-within:shadow-borders-focus",
            choice === range
              ? "bg-ui-bg-base text-ui-fg-base shadow-elevation-card-rest"
              : "text-ui-fg-subtle hover:text-ui-fg-base"
          )}
        >
          <input
            type="radio"
            name="memcached-cache-range"
            className="sr-only"
            value={choice}
            checked={choice === range}
            onChange={() => onChange(choice)}
            aria-label={t(`range.long.${choice}`)}
          />
          <span aria-hidden="true">{t(`range.short.${choice}`)}</span>
        </label>
      ))}
    </fieldset>
  )
}
