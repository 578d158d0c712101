import { Button } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"

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
