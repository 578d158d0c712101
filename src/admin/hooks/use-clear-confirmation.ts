import { usePrompt } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../i18n/namespace"
import { type ClearScope, confirmationFor, countTargets } from "../lib/clear-scope"

/** Asks whether it is meant, if it costs enough to be asked about. */
export function useClearConfirmation(): (scope: ClearScope) => Promise<boolean> {
  const { t } = useTranslation(NAMESPACE)
  const prompt = usePrompt()

  return async (scope) => {
    switch (confirmationFor(scope)) {
      case "none":
        return true
      case "ask":
        return prompt({
          variant: "confirmation",
          title: t("confirm.title", { count: countTargets(scope) }),
          description: t("confirm.wide"),
          confirmText: t("clear.action"),
          cancelText: t("actions.cancel"),
        })
      case "type":
        return prompt({
          variant: "danger",
          title: t("confirm.everythingTitle"),
          description: t("confirm.everything"),
          verificationText: t("confirm.typed"),
          verificationInstruction: t("general.typeToConfirm"),
          confirmText: t("clear.everything"),
          cancelText: t("actions.cancel"),
        })
    }
  }
}
