import { ArrowPath, ChevronDownMini } from "@medusajs/icons"
import { Button, clx, DropdownMenu, IconButton } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { useAutoRefresh } from "../../hooks/use-auto-refresh"
import { NAMESPACE } from "../../i18n/namespace"
import { REFRESH_CHOICES, readRefreshChoice } from "../../lib/refresh-interval"

interface RefreshMenuProps {
  readonly isRefreshing: boolean
  readonly onRefresh: () => void
}

/** Reads everything again, now or every so often. */
export function RefreshMenu({ isRefreshing, onRefresh }: RefreshMenuProps) {
  const { t } = useTranslation(NAMESPACE)
  const { choice, setChoice } = useAutoRefresh()
  return (
    <div className="flex items-center gap-x-1">
      <IconButton size="small" variant="transparent" onClick={onRefresh} aria-label={t("refresh.now")}>
        <ArrowPath className={clx({ "motion-safe:animate-spin": isRefreshing })} />
      </IconButton>
      <DropdownMenu>
        <DropdownMenu.Trigger asChild>
          <Button
            size="small"
            variant="transparent"
            className="text-ui-fg-subtle"
            aria-label={t("refresh.automatic", { interval: t(`refresh.every.${choice}`) })}
          >
            {t(`refresh.every.${choice}`)}
            <ChevronDownMini />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Content align="end">
          <DropdownMenu.RadioGroup
            value={String(choice)}
            onValueChange={(value) => setChoice(readRefreshChoice(value))}
          >
            {REFRESH_CHOICES.map((seconds) => (
              <DropdownMenu.RadioItem key={seconds} value={String(seconds)}>
                {t(`refresh.long.${seconds}`)}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu>
    </div>
  )
}
