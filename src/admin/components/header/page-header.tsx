import { ArrowPath, ChevronDownMini } from "@medusajs/icons"
import { Button, Container, DropdownMenu, Heading, IconButton, StatusBadge, clx } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheResponse, CacheRange, CacheStatus } from "../../../types/http"
import { useAutoRefresh, useRange } from "../../hooks/use-page-state"
import { useFormat, useNow } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { CACHE_RANGES, readRefreshChoice, REFRESH_CHOICES } from "../../lib/page-settings"
import { LockedAction } from "../common/buttons"

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

const COLORS = { healthy: "green", degraded: "orange", unreachable: "red", not_active: "grey" } as const

function StatusIndicator({ status }: { readonly status: CacheStatus }) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <StatusBadge color={COLORS[status]} data-testid="cache-status" data-status={status}>
      {t(`status.${status}`)}
    </StatusBadge>
  )
}

/** `updated 12 seconds ago`. Not announced: it changes every second. */
function UpdatedAt({ atMs }: { readonly atMs: number }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const now = useNow(1_000)
  return (
    <span className="txt-compact-small text-ui-fg-subtle whitespace-nowrap tabular-nums">
      {t("header.updated", { ago: format.ago(atMs, now) })}
    </span>
  )
}

interface RangeChoiceProps {
  readonly range: CacheRange
  readonly onChange: (range: CacheRange) => void
}

/** Radio buttons that look like one control: the browser brings their keys and their names. */
function RangeChoice({ range, onChange }: RangeChoiceProps) {
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

interface RefreshMenuProps {
  readonly isRefreshing: boolean
  readonly onRefresh: () => void
}

/** Reads everything again, now or every so often. */
function RefreshMenu({ isRefreshing, onRefresh }: RefreshMenuProps) {
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
