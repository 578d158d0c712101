import { InformationCircle } from "@medusajs/icons"
import { Alert, Button, FocusModal } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { usePauseWhile } from "../../hooks/use-page-state"
import { useInvalidation } from "../../hooks/use-cache"
import { useClear, useClearPreview, useOutcomeText } from "../../hooks/use-clear"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { type ClearOutcome, type ClearScope, countTargets, runsInBackground, wordsFor } from "../../lib/clear-scope"
import { CloseButton, EscapeHint } from "../common/buttons"
import { FailedPart, Loading } from "../common/card"
import { InvalidationLine } from "../side/clears-card"
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

/** How the clear has ended, or how far it has come. */
function ClearResult({ outcome }: { readonly outcome: ClearOutcome }) {
  const textOf = useOutcomeText()
  const { title, description } = textOf(outcome)
  return (
    <div className="flex flex-col gap-y-4" data-testid="clear-result">
      <Alert variant={wordsFor(outcome).tone}>
        <p className="txt-compact-small-plus">{title}</p>
        <p className="txt-small text-ui-fg-subtle">{description}</p>
      </Alert>
      {outcome.kind === "started" && <InvalidationProgress id={outcome.invalidationId} />}
    </div>
  )
}

/** A clear that runs as a workflow. It goes on when the dialog is closed. */
function InvalidationProgress({ id }: { readonly id: string }) {
  const { t } = useTranslation(NAMESPACE)
  const { data, isError, refetch } = useInvalidation(id)
  if (data === undefined) {
    return isError ? <FailedPart onRetry={refetch} /> : <Loading className="h-10" />
  }
  return (
    <div className="flex flex-col gap-y-2" aria-live="polite">
      <InvalidationLine invalidation={data.invalidation} />
      <p className="txt-small text-ui-fg-subtle">{t("dialog.goesOn")}</p>
    </div>
  )
}

/** Says before it happens what will happen. */
function ClearPreview({ scope }: { readonly scope: ClearScope }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { data, isFetching, isError } = useClearPreview(scope)
  const count = countTargets(scope)

  const extent = () => {
    if (count === 0) return t("preview.choose")
    if (runsInBackground(scope)) return t("preview.background", { count, formatted: format.integer(count) })
    if (isError) return t("preview.failed")
    if (data === undefined || isFetching) return t("preview.loading")
    if (data.entries === null) return t(data.all ? "preview.everything" : "preview.unknown")
    return t("preview.entries", { count: data.entries, formatted: format.integer(data.entries) })
  }

  return (
    <div
      className="bg-ui-bg-subtle border-ui-border-base flex gap-x-3 rounded-lg border p-4"
      role="status"
      data-testid="clear-preview"
    >
      <InformationCircle className="text-ui-fg-subtle mt-0.5 shrink-0" aria-hidden="true" />
      <div className="flex flex-col gap-y-1">
        <p className="txt-compact-small-plus">{extent()}</p>
        <ul className="txt-small text-ui-fg-subtle list-disc ps-4">
          <li>{t("preview.safe")}</li>
          <li>{t("preview.slower")}</li>
          {scope.kind === "everything" && <li>{t("preview.prefixOnly")}</li>}
        </ul>
      </div>
    </div>
  )
}
