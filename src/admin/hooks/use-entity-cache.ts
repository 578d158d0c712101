import { useQuery } from "@tanstack/react-query"
import type { AdminCacheEntityStats, AdminCacheTag } from "../../types/http"
import { cacheApi } from "../lib/cache-api"
import { cacheKeys } from "../lib/query-keys"
import { statusOf } from "../lib/request-error"
import { listTagOf, tagOf } from "../lib/tag-name"
import { widgetQueryRules } from "./use-cache"

/** What a widget shows. */
export interface EntityCache {
  readonly own: AdminCacheTag | undefined
  readonly list: AdminCacheTag | undefined
  readonly stats: AdminCacheEntityStats | undefined
  readonly mayClear: boolean
}

/** The cache of one entity. `undefined` as its data: there is nothing that the user may or could see. */
export function useEntityCache(type: string, id: string) {
  const overview = useQuery({
    queryKey: cacheKeys.overview,
    queryFn: () => cacheApi.overview(),
    ...widgetQueryRules,
  })
  const cache = overview.data?.cache
  const isVisible = cache !== undefined && cache.status !== "not_active" && cache.permissions.read
  const details = useQuery({
    queryKey: [...cacheKeys.tag(tagOf(type, id), 0), "widget"],
    queryFn: () => readDetails(type, id),
    enabled: isVisible,
    ...widgetQueryRules,
  })
  return {
    isVisible,
    isPending: details.isPending,
    isForbidden: statusOf(details.error) === 403,
    hasFailed: details.isError,
    data: details.data === undefined ? undefined : { ...details.data, mayClear: cache?.permissions.clear ?? false },
  }
}

async function readDetails(type: string, id: string): Promise<Omit<EntityCache, "mayClear">> {
  const [own, list, { stats }] = await Promise.all([
    findTag(tagOf(type, id)),
    findTag(listTagOf(type)),
    cacheApi.stats("24h"),
  ])
  return { own, list, stats: stats.by_entity.find(({ entity }) => entity === type) }
}

/** Undefined when the cache does not know the tag, which is as good an answer as any. */
async function findTag(tag: string): Promise<AdminCacheTag | undefined> {
  try {
    return (await cacheApi.tag(tag, 0)).tag
  } catch (error) {
    if (statusOf(error) === 404) {
      return undefined
    }
    throw error
  }
}
