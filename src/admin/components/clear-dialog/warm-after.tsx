import { Button, Checkbox, Hint, Label } from "@medusajs/ui"
import { useId } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheWarm } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import type { Warm } from "../../hooks/use-warm"
import { NAMESPACE } from "../../i18n/namespace"
import { ProgressBar } from "../common/progress-bar"

interface WarmOptionProps {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly isDisabled: boolean
}

/** Whether what is wanted most is rebuilt as soon as it has been cleared. */
export function WarmOption({ checked, onChange, isDisabled }: WarmOptionProps) {
  const { t } = useTranslation(NAMESPACE)
  const id = useId()
  return (
    <div className="flex items-start gap-x-3">
      <Checkbox
        id={id}
        checked={checked}
        disabled={isDisabled}
        aria-describedby={`${id}-hint`}
        onCheckedChange={(value) => onChange(value === true)}
        data-testid="warm-option"
      />
      <div className="flex flex-col gap-y-1">
        <Label htmlFor={id} size="small" weight="plus">
          {t("warm.option")}
        </Label>
        <Hint id={`${id}-hint`}>{t("warm.hint")}</Hint>
      </div>
    </div>
  )
}

/** Rebuilds what is wanted most of what was cleared, with a button unless that has begun, and shows how far it is. */
export function WarmAfter({ warm: { run, start, isStarting, hasFailed } }: { readonly warm: Warm }) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <div className="flex flex-col items-start gap-y-3" data-testid="warm">
      {run === undefined && (
        <Button size="small" variant="secondary" isLoading={isStarting} onClick={() => void start()}>
          {t("warm.action")}
        </Button>
      )}
      {run?.state === "running" && <WarmProgress run={run} />}
      <p className="txt-small text-ui-fg-subtle" role="status" data-testid="warm-result">
        {hasFailed && t("warm.error")}
        {run !== undefined && run.state !== "running" && <WarmResult run={run} />}
      </p>
    </div>
  )
}

function WarmProgress({ run: { done, failed, total } }: { readonly run: AdminCacheWarm }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const progress = t("warm.progress", { done: format.integer(done), total: format.integer(total) })
  return (
    <div className="flex w-full flex-col gap-y-2">
      <span className="txt-compact-small tabular-nums">{progress}</span>
      <ProgressBar label={t("warm.label")} value={done + failed} max={total} text={progress} />
    </div>
  )
}

function WarmResult({ run: { state, done, failed, total, duration_ms } }: { readonly run: AdminCacheWarm }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  if (state === "stopped") return t("warm.stopped", { done: format.integer(done), total: format.integer(total) })
  if (total === 0) return t("warm.nothing")
  const rebuilt = t("warm.done", { count: done, formatted: format.integer(done), time: format.duration(duration_ms) })
  return failed === 0
    ? rebuilt
    : `${rebuilt}, ${t("warm.failed", { count: failed, formatted: format.integer(failed) })}`
}
