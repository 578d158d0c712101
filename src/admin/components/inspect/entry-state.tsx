import { StatusBadge } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { EntryVerdict } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"

/** Whether a lookup would answer with this entry now, and if not, why. */
export function EntryState({ state }: { readonly state: EntryVerdict }) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <StatusBadge
      color={state === "valid" ? "green" : state === "unreadable" || state === "unreachable" ? "red" : "grey"}
    >
      {t(`entryState.${state}`)}
    </StatusBadge>
  )
}
