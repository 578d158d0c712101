import { Button, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"

interface FailedPartProps {
  readonly onRetry: () => unknown
}

/** One part of the page could not be loaded; the others are not affected. */
export function FailedPart({ onRetry }: FailedPartProps) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 px-6 py-4" role="alert">
      <Text size="small" leading="compact" className="text-ui-fg-subtle">
        {t("states.partFailed")}
      </Text>
      <Button size="small" variant="secondary" onClick={() => void onRetry()}>
        {t("states.retry")}
      </Button>
    </div>
  )
}
