interface ProgressBarProps {
  /** What makes progress, for screen readers. */
  readonly label: string
  readonly value: number
  readonly max: number
  /** The progress in words. */
  readonly text: string
}

/** How far something has come. Without anything to do it is full. */
export function ProgressBar({ label, value, max, text }: ProgressBarProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={text}
      className="bg-ui-bg-component-hover h-1.5 w-full overflow-hidden rounded-full"
    >
      <div
        className="bg-ui-tag-blue-icon h-full rounded-full"
        style={{ width: `${max === 0 ? 100 : (value / max) * 100}%` }}
      />
    </div>
  )
}
