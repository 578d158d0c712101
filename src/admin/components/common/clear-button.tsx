import { Button } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { useClearAndTell } from "../../hooks/use-clear"
import { NAMESPACE } from "../../i18n/namespace"
import type { ClearScope } from "../../lib/clear-scope"
import { LockedAction } from "./buttons"

interface ClearButtonProps {
  readonly scope: ClearScope
  readonly mayClear: boolean
  readonly label: string
}

/** Clears at once, and says in a toast how it went. */
export function ClearButton({ scope, mayClear, label }: ClearButtonProps) {
  const { t } = useTranslation(NAMESPACE)
  const { clearAndTell, isClearing } = useClearAndTell()
  return (
    <LockedAction reason={mayClear ? undefined : t("clear.notAllowed")}>
      <Button
        size="small"
        variant="secondary"
        isLoading={isClearing}
        disabled={!mayClear}
        onClick={() => void clearAndTell(scope)}
      >
        {label}
      </Button>
    </LockedAction>
  )
}
