import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { cacheApi } from "../lib/cache-api"
import { clearRequest, type ClearScope, countTargets, runsInBackground } from "../lib/clear-scope"
import { cacheKeys } from "../lib/query-keys"
import { pageQueryRules } from "./use-cache"

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
