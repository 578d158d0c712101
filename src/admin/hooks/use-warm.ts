import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useCallback, useState } from "react"
import type { AdminCacheWarm } from "../../types/http"
import { cacheApi, cacheKeys } from "../lib/cache-api"
import { pageQueryRules } from "./use-cache"

const RUNNING_MS = 1_000

export interface Warm {
  /** Undefined until it has been started. */
  readonly run: AdminCacheWarm | undefined
  /** Resolves with whether it could be started. Never rejects. */
  readonly start: () => Promise<boolean>
  readonly isStarting: boolean
  /** Whether it could not be started. */
  readonly hasFailed: boolean
}

/** Rebuilds what was cleared, and follows that until it has ended. */
export function useWarm(): Warm {
  const [begun, setBegun] = useState<AdminCacheWarm | undefined>(undefined)
  const [starting, setStarting] = useState<"no" | "yes" | "failed">("no")
  const start = useCallback(async () => {
    setStarting("yes")
    try {
      const { warm } = await cacheApi.startWarm()
      setBegun(warm ?? undefined)
      setStarting("no")
      return true
    } catch {
      setStarting("failed")
      return false
    }
  }, [])
  return { run: useProgress(begun), start, isStarting: starting === "yes", hasFailed: starting === "failed" }
}

/** What is known last of a run. A process knows only its own, and another one may answer. */
function useProgress(begun: AdminCacheWarm | undefined): AdminCacheWarm | undefined {
  const queryClient = useQueryClient()
  const queryKey = cacheKeys.warm(begun?.id ?? "")
  const { data } = useQuery({
    queryKey,
    queryFn: async () => {
      const { warm } = await cacheApi.warm()
      return warm?.id === begun?.id ? warm : (queryClient.getQueryData<AdminCacheWarm>(queryKey) ?? begun ?? null)
    },
    enabled: begun !== undefined,
    refetchInterval: ({ state }) => (state.data && state.data.state !== "running" ? false : RUNNING_MS),
    ...pageQueryRules,
  })
  return data ?? begun
}
