import { Button, FocusModal } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { usePauseWhile } from "../../hooks/use-auto-refresh"
import { useClear } from "../../hooks/use-clear"
import { NAMESPACE } from "../../i18n/namespace"
import type { ClearOutcome } from "../../lib/clear-outcome"
import type { ClearScope } from "../../lib/clear-scope"
import { countTargets } from "../../lib/clear-scope"
import { CloseButton, EscapeHint } from "../common/close-button"
import { ClearPreview } from "./clear-preview"
import { ClearResult } from "./clear-result"
import { ScopeForm } from "./scope-form"

interface ClearDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

const NOTHING_CHOSEN: ClearScope = { kind: "entities", type: "Product", ids: [] }

/** Clears what is chosen in it, after it has said what that will do, and then says how it went. */
export function ClearDialog({ isOpen, onClose }: ClearDialogProps) {
  usePauseWhile(isOpen)
  return (
    <FocusModal open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <FocusModal.Content data-testid="clear-dialog" onEscapeKeyDown={keepForOpenList}>
        {isOpen && <ClearSteps onClose={onClose} />}
      </FocusModal.Content>
    </FocusModal>
  )
}

/** The first Escape closes the list of a search field, and only the next one the dialog. */
function keepForOpenList(event: KeyboardEvent): void {
  if (event.target instanceof HTMLElement && event.target.getAttribute("aria-expanded") === "true") {
    event.preventDefault()
  }
}

function ClearSteps({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(NAMESPACE)
  const [scope, setScope] = useState<ClearScope>(NOTHING_CHOSEN)
  const [outcome, setOutcome] = useState<ClearOutcome | undefined>(undefined)
  const { clear, isClearing } = useClear()
  const isEmpty = countTargets(scope) === 0

  const submit = async () => {
    const ended = await clear(scope)
    if (ended !== undefined) setOutcome(ended)
  }
  const isDone = outcome !== undefined && outcome.kind !== "failed"
  const startOver = () => {
    setOutcome(undefined)
    // The form comes back with empty fields, and what is chosen must be what they show.
    setScope(NOTHING_CHOSEN)
  }

  return (
    <>
      <div className="border-ui-border-base flex items-center gap-x-2 border-b px-4 py-2">
        <FocusModal.Close asChild>
          <CloseButton />
        </FocusModal.Close>
        <EscapeHint />
      </div>
      <FocusModal.Body className="flex flex-col items-center overflow-y-auto py-10 sm:py-16">
        <div className="flex w-full max-w-[720px] flex-col gap-y-8 px-4">
          <div>
            <FocusModal.Title asChild>
              <h1 className="h1-core">{t(isDone ? "dialog.result" : "dialog.title")}</h1>
            </FocusModal.Title>
            <FocusModal.Description className="txt-small text-ui-fg-subtle">{t("dialog.text")}</FocusModal.Description>
          </div>
          {!isDone && <ScopeForm scope={scope} onChange={setScope} isDisabled={isClearing} />}
          {/* There from the start: a live region that comes with its text is not read aloud everywhere. */}
          <div role="status">{outcome !== undefined && <ClearResult outcome={outcome} />}</div>
          {!isDone && <ClearPreview scope={scope} />}
        </div>
      </FocusModal.Body>
      <FocusModal.Footer>
        {isDone ? (
          <>
            <Button size="small" variant="secondary" onClick={startOver}>
              {t("dialog.again")}
            </Button>
            <Button size="small" onClick={onClose} autoFocus>
              {t("dialog.done")}
            </Button>
          </>
        ) : (
          <>
            <FocusModal.Close asChild>
              <Button size="small" variant="secondary">
                {t("actions.cancel")}
              </Button>
            </FocusModal.Close>
            <Button
              size="small"
              variant={scope.kind === "everything" ? "danger" : "primary"}
              disabled={isEmpty}
              isLoading={isClearing}
              onClick={() => void submit()}
              data-testid="clear-submit"
            >
              {t(scope.kind === "everything" ? "clear.everything" : "clear.action")}
            </Button>
          </>
        )}
      </FocusModal.Footer>
    </>
  )
}
