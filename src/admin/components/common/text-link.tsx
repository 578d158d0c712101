import { Link } from "react-router-dom"
import type { PropsWithChildren } from "react"

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
