import { ExclamationCircle } from "@medusajs/icons"
import { Button } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import { messageOf } from "../../lib/request-error"
import { PageMessage } from "./page-message"

interface LoadFailedProps {
  readonly error: unknown
  readonly onRetry: () => unknown
}

/** Nothing could be loaded at all: the shop's server did not answer as it should have. */
export function LoadFailed({ error, onRetry }: LoadFailedProps) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <PageMessage
      icon={<ExclamationCircle />}
      title={t("states.failed.title")}
      text={t("states.failed.text", { message: messageOf(error) })}
      testId="cache-failed"
    >
      <Button size="small" variant="secondary" onClick={() => void onRetry()}>
        {t("states.retry")}
      </Button>
    </PageMessage>
  )
}
