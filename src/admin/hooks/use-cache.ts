import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query"
import { useCallback, useSyncExternalStore } from "react"
import type { CacheRange } from "../../types/http"
import { cacheApi, cacheKeys, type EntryOrder } from "../lib/cache-api"
import { belongsToErrorBoundary, isWorthRetrying } from "../lib/request-error"
import type { TagQuery } from "../lib/tags"
import { useRefetchInterval } from "./use-page-state"

/** As many as the chart can mark; the card shows the newest. */
const CLEARS = 200
const INVALIDATIONS = 5
const RUNNING_INVALIDATION_MS = 1_000
const INTERRUPTED_INVALIDATION_MS = 5_000

/** Status, totals of the last hour, configuration, and what the user may do. */
export function useCacheOverview() {
  return useQuery({
    queryKey: cacheKeys.overview,
    queryFn: () => cacheApi.overview(),
    refetchInterval: useRefetchInterval(),
    ...pageQueryRules,
  })
}

/** The figures of a range. The old ones stay until the new ones are there. */
export function useCacheStats(range: CacheRange, providerId?: string) {
  return useQuery({
    queryKey: cacheKeys.stats(range, providerId),
    queryFn: () => cacheApi.stats(range, providerId),
    refetchInterval: useRefetchInterval(),
    placeholderData: keepPreviousData,
    ...pageQueryRules,
  })
}

export function useCacheServers() {
  return useQuery({
    queryKey: cacheKeys.servers,
    queryFn: () => cacheApi.servers(),
    refetchInterval: useRefetchInterval(),
    ...pageQueryRules,
  })
}

export function useCacheTags(query: TagQuery) {
  return useQuery({
    queryKey: cacheKeys.tags(query),
    queryFn: () => cacheApi.tags(query),
    refetchInterval: useRefetchInterval(),
    placeholderData: keepPreviousData,
    ...pageQueryRules,
  })
}

export function useCacheTag(tag: string, offset: number) {
  return useQuery({
    queryKey: cacheKeys.tag(tag, offset),
    queryFn: () => cacheApi.tag(tag, offset),
    placeholderData: keepPreviousData,
    ...pageQueryRules,
  })
}

export function useCacheEntry(key: string) {
  return useQuery({ queryKey: cacheKeys.entry(key), queryFn: () => cacheApi.entry(key), ...pageQueryRules })
}

/** The entries with most of something, as the process knows them that answers. */
export function useCacheEntries(order: EntryOrder) {
  return useQuery({
    queryKey: cacheKeys.entries(order),
    queryFn: () => cacheApi.entries(order),
    refetchInterval: useRefetchInterval(),
    placeholderData: keepPreviousData,
    ...pageQueryRules,
  })
}

/** The clears of every origin, newest first. */
export function useCacheClears() {
  return useQuery({
    queryKey: cacheKeys.clears,
    queryFn: () => cacheApi.clears(CLEARS),
    refetchInterval: useRefetchInterval(),
    ...pageQueryRules,
  })
}

/** The newest workflows. While one runs it is followed closely, whatever the page's own interval. */
export function useInvalidations() {
  const interval = useRefetchInterval()
  return useQuery({
    queryKey: cacheKeys.invalidations,
    queryFn: () => cacheApi.invalidations(INVALIDATIONS),
    refetchInterval: (query) =>
      query.state.error === null && query.state.data?.invalidations.some(({ state }) => state === "running") === true
        ? RUNNING_INVALIDATION_MS
        : interval(query),
    ...pageQueryRules,
  })
}

/** One workflow, followed until it has ended. */
export function useInvalidation(id: string | undefined) {
  return useQuery({
    queryKey: cacheKeys.invalidation(id ?? ""),
    queryFn: () => cacheApi.invalidation(id ?? ""),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => {
      const run = state.data?.invalidation
      if (run === undefined || run.state === "running") return RUNNING_INVALIDATION_MS
      // One whose process was killed is failed until a worker goes on with it.
      return run.state === "failed" || run.pending > 0 ? INTERRUPTED_INVALIDATION_MS : false
    },
    ...pageQueryRules,
  })
}

/** Whether something that is shown could not be read again: it is older than the page says. */
export function useHasOutdatedPart(): boolean {
  const cache = useQueryClient().getQueryCache()
  return useSyncExternalStore(
    useCallback((notify) => cache.subscribe(notify), [cache]),
    () =>
      cache
        .findAll({ queryKey: cacheKeys.all, type: "active" })
        .some(({ state }) => state.status === "error" && state.data !== undefined)
  )
}

/** For every query of the page: its errors are shown in place, and only a lost session leaves the page. */
export const pageQueryRules = {
  throwOnError: belongsToErrorBoundary,
  retry: (failures: number, error: unknown) => failures < 1 && isWorthRetrying(error),
  // Whoever opens the page wants to know how it is now. Several parts that ask at once share one request.
  staleTime: 2_000,
} as const

/** For every query of a widget: it is a guest on somebody else's page, which it must neither break nor slow down. */
export const widgetQueryRules = {
  throwOnError: false,
  retry: false,
  staleTime: 30_000,
} as const
