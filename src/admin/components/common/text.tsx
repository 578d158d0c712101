import { Badge, clx } from "@medusajs/ui"
import type { PropsWithChildren } from "react"
import { Link } from "react-router-dom"
import { useFormat, useNow } from "../../hooks/use-format"

/** A link within text. Underlined: the blue of the dashboard's own links has too little contrast on white. */
export function TextLink({ to, children }: PropsWithChildren<{ readonly to: string }>) {
  return (
    <Link
      to={to}
      className="txt-compact-small text-ui-fg-base decoration-ui-border-strong hover:decoration-ui-fg-base focus-visible:shadow-borders-focus rounded underline underline-offset-4 outline-none"
    >
      {children}
    </Link>
  )
}

/** The characters of an id that stay when it is cut: those at the end tell ids apart, which begin with their time. */
const END_CHARS = 8

/** A text that begins with a large letter, unless it is an address, which stays as it is. */
export function Sentence({ text, className }: { readonly text: string; readonly className?: string }) {
  return (
    <span className={clx("block truncate", !text.startsWith("/") && "first-letter:uppercase", className)}>{text}</span>
  )
}

/** A tag or a key: cut in the middle where it does not fit, in full for whoever points at it. Always left to right. */
export function CodeText({ text, className }: { readonly text: string; readonly className?: string }) {
  return (
    <span dir="ltr" title={text} className={clx("txt-compact-small relative flex min-w-0 font-mono", className)}>
      {text.length <= 2 * END_CHARS ? (
        <span className="truncate">{text}</span>
      ) : (
        <>
          {/* In one piece for screen readers, which would read a space between two parts. */}
          <span className="sr-only select-none">{text}</span>
          <span aria-hidden="true" className="truncate">
            {text.slice(0, -END_CHARS)}
          </span>
          <span aria-hidden="true" className="whitespace-pre">
            {text.slice(-END_CHARS)}
          </span>
        </>
      )}
    </span>
  )
}

/** The type of what a tag stands for. */
export function EntityBadge({ entity }: { readonly entity: string }) {
  return (
    <Badge size="2xsmall" className="max-w-full" dir="ltr">
      <span className="truncate">{entity}</span>
    </Badge>
  )
}

interface TimeAgoProps {
  readonly time: string
  /** Where there is room for it, everybody can read the exact time. */
  readonly isExact?: boolean
  /** When it will happen by the clock of this browser, which may be wrong. Undefined: it has happened. */
  readonly dueAtMs?: number
}

const TICK_MS = 10_000

/** `12 seconds ago`, with the exact time, which in tables and lists is for whoever points at it. */
export function TimeAgo({ time, isExact = false, dueAtMs }: TimeAgoProps) {
  const format = useFormat()
  // Also where nothing is read again for hours.
  const now = Math.max(useNow(TICK_MS), Date.now())
  const exact = format.dateTime(time)
  return (
    <time dateTime={time} title={isExact ? undefined : exact}>
      {dueAtMs === undefined ? format.ago(time, now) : format.relative(dueAtMs, now)}
      {isExact && ` · ${exact}`}
    </time>
  )
}
