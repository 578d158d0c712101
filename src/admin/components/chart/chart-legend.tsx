import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"

const ITEMS = [
  { name: "hitRate", className: "h-0.5 w-3 bg-ui-tag-blue-icon" },
  { name: "hits", className: "size-2.5 rounded-sm bg-ui-tag-green-icon" },
  { name: "misses", className: "size-2.5 rounded-sm bg-ui-tag-orange-icon" },
  { name: "clears", className: "h-0.5 w-3 bg-ui-tag-purple-icon" },
] as const

/** What the colours of the chart stand for. */
export function ChartLegend() {
  const { t } = useTranslation(NAMESPACE)
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {ITEMS.map(({ name, className }) => (
        <li key={name} className="txt-compact-small text-ui-fg-subtle flex items-center gap-x-2">
          <span className={className} aria-hidden="true" />
          {t(`chart.${name}`)}
        </li>
      ))}
    </ul>
  )
}
