import type { ReactNode } from "react"

interface TileProps {
  readonly label: string
  readonly value: string
  /** A line below the number that puts it into relation. */
  readonly note?: ReactNode
  readonly explanation?: string
  readonly testId: string
}

/** One number. */
export function Tile({ label, value, note, explanation, testId }: TileProps) {
  return (
    <div
      className="bg-ui-bg-base flex min-w-0 flex-col gap-y-1 px-4 py-4 sm:px-6"
      data-testid={testId}
      title={explanation}
    >
      <dt className="txt-compact-small text-ui-fg-subtle truncate">{label}</dt>
      <dd className="flex min-w-0 flex-col gap-y-1">
        <span className="h1-core truncate text-2xl leading-8 tabular-nums" data-value>
          {value}
        </span>
        <span className="txt-compact-small text-ui-fg-subtle min-h-5 min-w-0">{note}</span>
      </dd>
    </div>
  )
}
