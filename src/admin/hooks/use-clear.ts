import { useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { cacheApi } from "../lib/cache-api"
import type { ClearOutcome } from "../lib/clear-outcome"
import { clearRequest, type ClearScope, runsInBackground } from "../lib/clear-scope"
import { cacheKeys } from "../lib/query-keys"
import { messageOf, statusOf } from "../lib/request-error"
import { useClearConfirmation } from "./use-clear-confirmation"

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
