import { Tooltip } from "@medusajs/ui"
import type { ReactElement } from "react"

interface LockedActionProps {
  /** Why it cannot be used; undefined when it can. */
  readonly reason: string | undefined
  readonly children: ReactElement
}

/** Says why a button is disabled. A disabled button gets no events, so that what lies around it has to. */
export function LockedAction({ reason, children }: LockedActionProps) {
  return reason === undefined ? (
    children
  ) : (
    <Tooltip content={reason}>
      <span tabIndex={0} className="rounded-md" aria-label={reason} role="note">
        {children}
      </span>
    </Tooltip>
  )
}
