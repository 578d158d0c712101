import { InformationCircle } from "@medusajs/icons"
import { useTranslation } from "react-i18next"
import { useClearPreview } from "../../hooks/use-clear-preview"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { type ClearScope, countTargets, runsInBackground } from "../../lib/clear-scope"

/** Says before it happens what will happen. */
export function ClearPreview({ scope }: { readonly scope: ClearScope }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { data, isFetching, isError } = useClearPreview(scope)
  const count = countTargets(scope)

  const extent = () => {
    if (count === 0) return t("preview.choose")
    if (runsInBackground(scope)) return t("preview.background", { count, formatted: format.integer(count) })
    if (isError) return t("preview.failed")
    if (data === undefined || isFetching) return t("preview.loading")
    if (data.entries === null) return t(data.all ? "preview.everything" : "preview.unknown")
    return t("preview.entries", { count: data.entries, formatted: format.integer(data.entries) })
  }

  return (
    <div
      className="bg-ui-bg-subtle border-ui-border-base flex gap-x-3 rounded-lg border p-4"
      role="status"
      data-testid="clear-preview"
    >
      <InformationCircle className="text-ui-fg-subtle mt-0.5 shrink-0" aria-hidden="true" />
      <div className="flex flex-col gap-y-1">
        <p className="txt-compact-small-plus">{extent()}</p>
        <ul className="txt-small text-ui-fg-subtle list-disc ps-4">
          <li>{t("preview.safe")}</li>
          <li>{t("preview.slower")}</li>
          {scope.kind === "everything" && <li>{t("preview.prefixOnly")}</li>}
        </ul>
      </div>
    </div>
  )
}
