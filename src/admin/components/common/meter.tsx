import { clx } from "@medusajs/ui"

interface MeterProps {
  /** 0 to 1. */
  readonly ratio: number
  readonly label: string
  /** What is read aloud and shown by others beside it. */
  readonly text: string
  readonly isWarning?: boolean
  readonly className?: string
}

/** A bar that is filled up to a share of its width. */
export function Meter({ ratio, label, text, isWarning = false, className }: MeterProps) {
  // A part of nothing, as of a server that does not tell its limit, is no number.
  const percent = Number.isNaN(ratio) ? 0 : Math.round(Math.min(1, Math.max(0, ratio)) * 100)
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      className={clx("bg-ui-bg-component-hover h-1.5 w-full overflow-hidden rounded-full", className)}
    >
      <div
        className={clx("h-full rounded-full", isWarning ? "bg-ui-tag-orange-icon" : "bg-ui-tag-green-icon")}
        style={{ width: `${percent}%` }}
      />
    </div>
  )
}
