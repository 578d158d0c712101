import { toast, usePrompt } from "@medusajs/ui"
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../i18n/namespace"
import { cacheApi, cacheKeys } from "../lib/cache-api"
import { messageOf, statusOf } from "../lib/request-error"
import {
  type ClearOutcome,
  type ClearScope,
  clearRequest,
  confirmationFor,
  countTargets,
  runsInBackground,
  wordsFor,
} from "../lib/clear-scope"
import { pageQueryRules } from "./use-cache"
import { useFormat } from "./use-format"

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
    return { kind: "started", invalidationId: invalidation.id }
  }
  const { clear } = await cacheApi.clear(clearRequest(scope))
  return { kind: "answered", result: clear }
}

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

/** Says in a toast how a clear has ended. The toasts of the dashboard are read aloud. */
function useOutcomeToast(): (outcome: ClearOutcome) => void {
  const textOf = useOutcomeText()
  return (outcome) => {
    const { title, description } = textOf(outcome)
    toast[wordsFor(outcome).tone](title, { description })
  }
}

/** What is said about how a clear has ended. */
export function useOutcomeText(): (outcome: ClearOutcome) => { title: string; description: string } {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()

  return (outcome) => {
    const { key } = wordsFor(outcome)
    const title = t(`outcome.${key}.title`)
    if (outcome.kind === "failed") {
      return { title, description: outcome.isForbidden ? t("outcome.forbidden.description") : outcome.message }
    }
    if (outcome.kind === "started") {
      return { title, description: t("outcome.started.description") }
    }
    const { targets, entries, server, stale_until } = outcome.result
    if (key === "pending") {
      const until = stale_until === null ? t("outcome.pending.untilDelivered") : format.dateTime(stale_until)
      return { title, description: t("outcome.pending.description", { server, until }) }
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

/** What a clear would do, as the server tells without doing it. A wide one is only looked at when it runs. */
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
    enabled: countTargets(settled) > 0 && !runsInBackground(settled),
    placeholderData: keepPreviousData,
    ...pageQueryRules,
  })
  // Until typing pauses, what is known is about what was chosen before.
  return { data, isFetching: isFetching || settled !== scope, isError: isError && settled === scope }
}
