import { InformationCircle } from "@medusajs/icons"
import { Alert, Button, FocusModal, toast } from "@medusajs/ui"
import { useEffect, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { usePauseWhile } from "../../hooks/use-page-state"
import { useInvalidation } from "../../hooks/use-cache"
import { finalOutcome, useClear, useClearPreview, useOutcomeText, useOutcomeToast } from "../../hooks/use-clear"
import { useFormat } from "../../hooks/use-format"
import { focusFirst } from "../../hooks/use-return-focus"
import { useLanguageAttributes } from "../../hooks/use-language-attributes"
import { useWarm } from "../../hooks/use-warm"
import { NAMESPACE } from "../../i18n/namespace"
import {
  type ClearOutcome,
  type ClearScope,
  countTargets,
  extentOf,
  hasCleared,
  isPreviewed,
  runsInBackground,
  wordsFor,
} from "../../lib/clear-scope"
import { CloseButton, EscapeHint } from "../common/buttons"
import { InvalidationLine } from "../side/clears-card"
import { ScopeForm } from "./scope-form"
import { WarmAfter, WarmOption } from "./warm-after"

interface ClearDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onCloseAutoFocus: (event: Event) => void
}

const NOTHING_CHOSEN: ClearScope = { kind: "entities", type: "Product", ids: [] }

/** Clears what is chosen in it, after it has said what that will do, and then says how it went. */
export function ClearDialog({ isOpen, onClose, onCloseAutoFocus }: ClearDialogProps) {
  const attributes = useLanguageAttributes()
  const [round, setRound] = useState(0)
  usePauseWhile(isOpen)
  return (
    <FocusModal open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <FocusModal.Content
        data-testid="clear-dialog"
        onEscapeKeyDown={keepForOpenList}
        onOpenAutoFocus={focusFirst("[role=radio][aria-checked=true]")}
        onCloseAutoFocus={onCloseAutoFocus}
        {...attributes}
      >
        {isOpen && <ClearSteps key={round} onClose={onClose} onStartOver={() => setRound(round + 1)} />}
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

interface ClearStepsProps {
  readonly onClose: () => void
  readonly onStartOver: () => void
}

function ClearSteps({ onClose, onStartOver }: ClearStepsProps) {
  const { t } = useTranslation(NAMESPACE)
  const [scope, setScope] = useState<ClearScope>(NOTHING_CHOSEN)
  const [isWarmWanted, setIsWarmWanted] = useState(false)
  const [answer, setAnswer] = useState<ClearOutcome | undefined>(undefined)
  const { data: followed } = useInvalidation(answer?.kind === "background" ? answer.run.id : undefined)
  const { clear, isClearing } = useClear()
  const warm = useWarm()
  const tell = useOutcomeToast()
  const isShown = useRef(false)
  useEffect(() => {
    isShown.current = true
    return () => void (isShown.current = false)
  }, [])
  const isEmpty = countTargets(scope) === 0

  const submit = async () => {
    const ended = await clear(scope)
    if (ended === undefined) return
    if (isShown.current) setAnswer(ended)
    // It was closed in the meantime.
    else tell(ended)
    // What was asked for is done, also when nobody looks.
    if (!isWarmWanted || !hasCleared(await finalOutcome(ended))) return
    if (!(await warm.start()) && !isShown.current) toast.error(t("warm.error"))
  }
  const outcome: ClearOutcome | undefined =
    answer?.kind === "background" && followed !== undefined
      ? { kind: "background", run: followed.invalidation }
      : answer
  const isSent = outcome !== undefined && outcome.kind !== "failed"
  const isRunning = outcome?.kind === "background" && outcome.run.state === "running"
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // Not `autoFocus`: the question that was answered before this gives the focus back as well.
    const timer = setTimeout(() => isSent && close.current?.focus())
    return () => clearTimeout(timer)
  }, [isSent])

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
              <h1 className="h1-core">{t(isRunning ? "clear.open" : isSent ? "dialog.result" : "dialog.title")}</h1>
            </FocusModal.Title>
            {!isSent && (
              <FocusModal.Description className="txt-small text-ui-fg-subtle">
                {t("dialog.text")}
              </FocusModal.Description>
            )}
          </div>
          {!isSent && <ScopeForm scope={scope} onChange={setScope} isDisabled={isClearing} />}
          {!isSent && <WarmOption checked={isWarmWanted} onChange={setIsWarmWanted} isDisabled={isClearing} />}
          {/* There from the start: a live region that comes with its text is not read aloud everywhere. */}
          <div role="status">{outcome !== undefined && <ClearResult outcome={outcome} />}</div>
          {isRunning && followed !== undefined && <InvalidationLine invalidation={followed.invalidation} />}
          {outcome !== undefined && hasCleared(outcome) && <WarmAfter warm={warm} />}
          {!isSent && <ClearPreview scope={scope} />}
        </div>
      </FocusModal.Body>
      <FocusModal.Footer>
        {isSent ? (
          <>
            <Button size="small" variant="secondary" onClick={onStartOver}>
              {t("dialog.again")}
            </Button>
            <Button size="small" onClick={onClose} ref={close}>
              {t(isRunning ? "actions.close" : "dialog.done")}
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
    <Alert variant={wordsFor(outcome).tone} data-testid="clear-result">
      <p className="txt-compact-small-plus">{title}</p>
      <p className="txt-small text-ui-fg-subtle">{description}</p>
    </Alert>
  )
}

/** Says before it happens what will happen. */
function ClearPreview({ scope }: { readonly scope: ClearScope }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { data, isFetching, isError } = useClearPreview(scope)
  const known = isPreviewed(scope) ? data : undefined

  const expected = () => {
    if (countTargets(scope) === 0) return t("preview.choose")
    if (isPreviewed(scope)) {
      if (isError) return t("preview.failed")
      if (data === undefined || isFetching) return t("preview.loading")
    }
    const { targets, entries } = extentOf(scope, known)
    if (known?.all === true) return t("preview.everything")
    if (entries === 0) return t("preview.nothing")
    const counted = entries !== null && t("preview.entries", { count: entries, formatted: format.integer(entries) })
    const background =
      runsInBackground(scope) &&
      targets !== undefined &&
      t("preview.background", { count: targets, formatted: format.integer(targets) })
    return [background, counted].filter(Boolean).join(" ") || t("preview.unknown")
  }

  return (
    <div
      className="bg-ui-bg-subtle border-ui-border-base flex gap-x-3 rounded-lg border p-4"
      role="status"
      data-testid="clear-preview"
    >
      <InformationCircle className="text-ui-fg-subtle mt-0.5 shrink-0" aria-hidden="true" />
      <div className="flex flex-col gap-y-1">
        <p className="txt-compact-small-plus">{expected()}</p>
        <ul className="txt-small text-ui-fg-subtle list-disc ps-4">
          <li>{t("preview.safe")}</li>
          <li>{t("preview.slower")}</li>
          {scope.kind === "everything" && <li>{t("preview.prefixOnly")}</li>}
        </ul>
      </div>
    </div>
  )
}
