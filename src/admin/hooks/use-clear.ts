import { toast, usePrompt } from "@medusajs/ui"
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../i18n/namespace"
import { cacheApi, cacheKeys } from "../lib/cache-api"
import { isWorthRetrying, messageOf, statusOf } from "../lib/request-error"
import {
  type ClearOutcome,
  type ClearRun,
  type ClearScope,
  clearRequest,
  confirmationFor,
  countTargets,
  isPreviewed,
  runsInBackground,
  wordsFor,
} from "../lib/clear-scope"
import { pageQueryRules } from "./use-cache"
import { useFormat } from "./use-format"
import { useLanguageAttributes } from "./use-language-attributes"

/** Asks where it costs, clears, and has everything read again that shows what was cleared. */
export function useClear() {
  const queryClient = useQueryClient()
  const confirm = useClearConfirmation()
  const [isClearing, setIsClearing] = useState(false)

  /** Undefined: the user has thought better of it. */
  const clear = async (scope: ClearScope): Promise<ClearOutcome | undefined> => {
    if (!(await confirm(scope))) {
      return undefined
    }
    setIsClearing(true)
    try {
      return await send(scope)
    } catch (error) {
      return { kind: "failed", message: messageOf(error), isForbidden: statusOf(error) === 403 }
    } finally {
      setIsClearing(false)
      void queryClient.invalidateQueries({ queryKey: cacheKeys.all })
    }
  }
  return { clear, isClearing }
}

async function send(scope: ClearScope): Promise<ClearOutcome> {
  if (runsInBackground(scope)) {
    const { invalidation } = await cacheApi.startInvalidation(clearRequest(scope))
    return { kind: "background", run: invalidation }
  }
  const { clear } = await cacheApi.clear(clearRequest(scope))
  return { kind: "answered", result: clear }
}

const FOLLOW_MS = 1_000
/** A worker takes up what has been interrupted within two minutes. */
const MOST_INTERRUPTED_MS = 180_000

/** Waits for the end of a clear in the background, also when nothing of it is shown any more. Never rejects. */
export async function finalOutcome(outcome: ClearOutcome): Promise<ClearOutcome> {
  if (outcome.kind !== "background") return outcome
  let { run } = outcome
  let seenRunningAt = Date.now()
  while (isUnfinished(run) && Date.now() - seenRunningAt < MOST_INTERRUPTED_MS) {
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS))
    try {
      run = (await cacheApi.invalidation(run.id)).invalidation
      if (run.state === "running") seenRunningAt = Date.now()
    } catch (error) {
      if (!isWorthRetrying(error)) break
    }
  }
  return { kind: "background", run }
}

const isUnfinished = ({ state }: ClearRun): boolean => state === "running" || state === "failed"

/** For a button without a dialog: clears, and says in a toast how it went. */
export function useClearAndTell() {
  const { clear, isClearing } = useClear()
  const tell = useOutcomeToast()

  const clearAndTell = async (scope: ClearScope): Promise<ClearOutcome | undefined> => {
    const outcome = await clear(scope)
    if (outcome !== undefined) tell(outcome)
    return outcome
  }
  return { clearAndTell, isClearing }
}

/** Asks whether it is meant, if it costs enough to be asked about. */
function useClearConfirmation(): (scope: ClearScope) => Promise<boolean> {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const prompt = useFocusedPrompt()
  const isolate = useIsolation()

  const titleOf = (scope: ClearScope): string => {
    const count = countTargets(scope)
    const values = { count, formatted: format.integer(count) }
    if (scope.kind !== "tags") return t("confirm.items", values)
    return count === 1 ? t("confirm.title", { tag: scope.tags[0] }) : t("confirm.tags", values)
  }
  return async (scope) => {
    switch (confirmationFor(scope)) {
      case "none":
        return true
      case "ask":
        return prompt({
          variant: "confirmation",
          title: isolate(titleOf(scope)),
          description: isolate(t("confirm.wide")),
          confirmText: t("clear.action"),
          cancelText: t("actions.cancel"),
        })
      case "type":
        return prompt({
          variant: "danger",
          title: isolate(t("confirm.everythingTitle")),
          description: isolate(t("confirm.everything")),
          verificationText: t("confirm.typed"),
          verificationInstruction: t("general.typeToConfirm"),
          confirmText: t("clear.everything"),
          cancelText: t("actions.cancel"),
        })
    }
  }
}

/** A prompt that gives the focus back. It knows no trigger, and leaves the focus nowhere. */
function useFocusedPrompt(): ReturnType<typeof usePrompt> {
  const prompt = usePrompt()
  return async (options) => {
    const { activeElement } = document
    // What was chosen in a menu is gone with it. The menu is named by the button that has opened it.
    const menu = activeElement?.closest("[role=menu]")
    const control = menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : activeElement
    const answer = await prompt(options)
    setTimeout(() => control instanceof HTMLElement && control.focus())
    return answer
  }
}

/** Says in a toast how a clear has ended. The toasts of the dashboard are read aloud. */
export function useOutcomeToast(): (outcome: ClearOutcome) => void {
  const textOf = useOutcomeText()
  const isolate = useIsolation()
  return (outcome) => {
    const { title, description } = textOf(outcome)
    toast[wordsFor(outcome).tone](isolate(title), { description: isolate(description) })
  }
}

/**
 * For texts in what the dashboard draws itself, in its own direction: a sentence of the other direction keeps its words
 * and full stops in order (Unicode's isolates).
 */
function useIsolation(): (text: string) => string {
  const { dir } = useLanguageAttributes()
  return (text) => (document.documentElement.dir === dir ? text : `${dir === "ltr" ? "\u2066" : "\u2067"}${text}\u2069`)
}

/** What is said about how a clear has ended. */
export function useOutcomeText(): (outcome: ClearOutcome) => { title: string; description: string } {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()

  const textOfRun = (run: ClearRun): { title: string; description: string } => {
    const { key } = wordsFor({ kind: "background", run })
    const cleared = run.done - run.pending
    const title = t(`outcome.${key}.title`, {
      count: run.total,
      formatted: format.integer(run.total),
      cleared: format.integer(cleared),
    })
    if (key === "failed") return { title, description: run.message }
    if (key === "partial" && run.pending > 0) {
      const pending = { count: run.pending, formatted: format.integer(run.pending) }
      return { title, description: t("invalidation.pending", pending) }
    }
    return { title, description: t(`outcome.${key}.description`) }
  }

  return (outcome) => {
    if (outcome.kind === "background") {
      return textOfRun(outcome.run)
    }
    const { key } = wordsFor(outcome)
    const title = t(`outcome.${key}.title`)
    if (outcome.kind === "failed") {
      return { title, description: outcome.isForbidden ? t("outcome.forbidden.description") : outcome.message }
    }
    const { targets, entries, pending_servers: pending, stale_until } = outcome.result
    const server = pending.join(", ")
    if (key === "pending") {
      return {
        title,
        description:
          stale_until === null
            ? t("outcome.pending.description", { server })
            : t("outcome.pending.bounded", { server, until: format.dateTime(stale_until) }),
      }
    }
    if (key === "cleared" && entries !== null) {
      const description = t("outcome.cleared.withEntries", {
        targets: t("outcome.cleared.targets", { count: targets, formatted: format.integer(targets) }),
        count: entries,
        formatted: format.count(entries),
      })
      return { title, description }
    }
    return {
      title,
      description: t(`outcome.${key}.description`, { count: targets, formatted: format.integer(targets) }),
    }
  }
}

const TYPING_PAUSE_MS = 400

/** What a clear would do, as the server tells without doing it. It is not asked about more than it clears at once. */
export function useClearPreview(scope: ClearScope) {
  const [settled, setSettled] = useState(scope)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(scope), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [scope])

  const request = clearRequest(settled)
  const { data, isFetching, isError } = useQuery({
    queryKey: cacheKeys.preview(request),
    queryFn: async () => (await cacheApi.clear({ ...request, dry_run: true })).clear,
    enabled: isPreviewed(settled),
    placeholderData: keepPreviousData,
    ...pageQueryRules,
  })
  // Until typing pauses, what is known is about what was chosen before.
  return { data, isFetching: isFetching || settled !== scope, isError: isError && settled === scope }
}
