import { Badge } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheClear } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { CodeText } from "../common/code-text"
import { TimeAgo } from "../common/time-ago"

/** One clear, or several that the clear history sums up: what events cleared within a few seconds, or the batches of a workflow. */
export function ClearLine({ clear }: { readonly clear: AdminCacheClear }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const [first] = clear.sample
  const more = clear.tags + clear.keys - 1
  return (
    <li className="flex flex-col gap-y-1 px-6 py-3">
      <div className="flex items-center justify-between gap-x-3">
        {clear.all ? (
          <span className="txt-compact-small-plus">{t("clears.everything")}</span>
        ) : (
          <span className="flex min-w-0 items-baseline gap-x-2">
            <CodeText text={first ?? t("clears.unnamed")} className="text-ui-fg-base" />
            {more > 0 && (
              <span className="txt-compact-small text-ui-fg-subtle whitespace-nowrap" title={clear.sample.join("\n")}>
                +{format.count(more)}
              </span>
            )}
          </span>
        )}
        {clear.status === "pending" && (
          <Badge size="2xsmall" color="orange">
            {t("clears.pending")}
          </Badge>
        )}
      </div>
      <p className="txt-compact-small text-ui-fg-subtle">
        <TimeAgo time={clear.at} />
        {" · "}
        {t(`origin.${clear.origin}`)}
        {clear.calls > 1 && ` · ${t("clears.calls", { count: clear.calls, formatted: format.count(clear.calls) })}`}
      </p>
    </li>
  )
}
