import { Button, Container, Heading } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheResponse } from "../../../types/http"
import { useRange } from "../../hooks/use-range"
import { NAMESPACE } from "../../i18n/namespace"
import { LockedAction } from "../common/locked-action"
import { RangeChoice } from "./range-choice"
import { RefreshMenu } from "./refresh-menu"
import { StatusIndicator } from "./status-indicator"
import { UpdatedAt } from "./updated-at"

interface PageHeaderProps {
  readonly cache: AdminCacheResponse["cache"]
  readonly updatedAtMs: number
  readonly isRefreshing: boolean
  readonly onRefresh: () => void
  readonly onClear: () => void
}

export function PageHeader({ cache, updatedAtMs, isRefreshing, onRefresh, onClear }: PageHeaderProps) {
  const { t } = useTranslation(NAMESPACE)
  const [range, setRange] = useRange()
  return (
    <Container className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-6 py-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Heading level="h1">{t("page.title")}</Heading>
        <StatusIndicator status={cache.status} />
        <UpdatedAt atMs={updatedAtMs} />
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <RefreshMenu isRefreshing={isRefreshing} onRefresh={onRefresh} />
        <RangeChoice range={range} onChange={setRange} />
        <LockedAction reason={cache.permissions.clear ? undefined : t("clear.notAllowed")}>
          <Button size="small" onClick={onClear} disabled={!cache.permissions.clear}>
            {t("clear.open")}
          </Button>
        </LockedAction>
      </div>
    </Container>
  )
}
