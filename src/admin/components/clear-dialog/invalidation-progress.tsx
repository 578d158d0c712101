import { useTranslation } from "react-i18next"
import { useInvalidation } from "../../hooks/use-cache"
import { NAMESPACE } from "../../i18n/namespace"
import { FailedPart } from "../common/failed-part"
import { Loading } from "../common/loading"
import { InvalidationLine } from "../side/invalidation-line"

/** A clear that runs as a workflow. It goes on when the dialog is closed. */
export function InvalidationProgress({ id }: { readonly id: string }) {
  const { t } = useTranslation(NAMESPACE)
  const { data, isError, refetch } = useInvalidation(id)
  if (data === undefined) {
    return isError ? <FailedPart onRetry={refetch} /> : <Loading className="h-10" />
  }
  return (
    <div className="flex flex-col gap-y-2" aria-live="polite">
      <InvalidationLine invalidation={data.invalidation} />
      <p className="txt-small text-ui-fg-subtle">{t("dialog.goesOn")}</p>
    </div>
  )
}
