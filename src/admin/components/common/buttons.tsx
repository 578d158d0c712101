import { XMark } from "@medusajs/icons"
import { Button, IconButton, Kbd } from "@medusajs/ui"
import { type ReactElement, forwardRef } from "react"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import { TipOn } from "./tip"

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
    <TipOn content={reason}>
      <span
        tabIndex={0}
        className="focus-visible:shadow-borders-focus rounded-md outline-none [&>*]:pointer-events-none"
        aria-label={reason}
        role="note"
      >
        {children}
      </span>
    </TipOn>
  )
}

/** Closes what it stands in. The headers of the dashboard's own dialogs have one without a name. */
export const CloseButton = forwardRef<HTMLButtonElement>(function CloseButton(props, ref) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <IconButton ref={ref} size="small" type="button" variant="transparent" aria-label={t("actions.close")} {...props}>
      <XMark />
    </IconButton>
  )
})

export function EscapeHint() {
  return <Kbd aria-hidden="true">esc</Kbd>
}

interface ShowMoreProps {
  readonly isOpen: boolean
  readonly onChange: (isOpen: boolean) => void
}

/** Below a list of which only the first lines are shown. */
export function ShowMore({ isOpen, onChange }: ShowMoreProps) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <div className="px-4 py-2">
      <Button size="small" variant="transparent" aria-expanded={isOpen} onClick={() => onChange(!isOpen)}>
        {t(isOpen ? "list.fewer" : "list.more")}
      </Button>
    </div>
  )
}
