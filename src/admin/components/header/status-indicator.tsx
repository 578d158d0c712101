import { StatusBadge } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { CacheStatus } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"

const COLORS = { healthy: "green", degraded: "orange", unreachable: "red", not_active: "grey" } as const

export function StatusIndicator({ status }: { readonly status: CacheStatus }) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <StatusBadge color={COLORS[status]} data-testid="cache-status" data-status={status}>
      {t(`status.${status}`)}
    </StatusBadge>
  )
}
