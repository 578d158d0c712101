import { XMark } from "@medusajs/icons"
import { IconButton, Kbd } from "@medusajs/ui"
import { forwardRef } from "react"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"

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
