import { keepPreviousData, useQuery } from "@tanstack/react-query"
import type { AdminCacheEntityStats, AdminCacheTag } from "../../types/http"
import { cacheApi, cacheKeys, sdk } from "../lib/cache-api"
import { statusOf } from "../lib/request-error"
import { type EntityKind, listTagOf, tagOf } from "../lib/tags"
import { pageQueryRules, widgetQueryRules } from "./use-cache"

/** What a widget shows. */
interface EntityCache {
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
    isUnreachable: cache?.status === "unreachable",
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

export interface EntityChoice {
  readonly id: string
  readonly name: string
}

const MOST_CHOICES = 10

/** What the shop has of a kind, by name, through the same routes as the dashboard's own lists. */
export function useEntityChoices(kind: EntityKind, search: string, isEnabled: boolean) {
  return useQuery({
    queryKey: cacheKeys.choices(kind.type, search),
    queryFn: () => findChoices(kind, search),
    enabled: isEnabled,
    placeholderData: keepPreviousData,
    ...pageQueryRules,
    staleTime: 30_000,
  })
}

async function findChoices({ resource, nameField }: EntityKind, search: string): Promise<EntityChoice[]> {
  const answer = await sdk.client.fetch<Record<string, unknown>>(`/admin/${resource}`, {
    query: { limit: MOST_CHOICES, fields: `id,${nameField}`, ...(search === "" ? {} : { q: search }) },
  })
  const list = answer[resource.replaceAll("-", "_")]
  return Array.isArray(list) ? list.flatMap((item: unknown) => choiceOf(item, nameField)) : []
}

function choiceOf(item: unknown, nameField: string): EntityChoice[] {
  if (typeof item !== "object" || item === null) {
    return []
  }
  const { id, [nameField]: name } = item as Record<string, unknown>
  return typeof id === "string" ? [{ id, name: typeof name === "string" && name !== "" ? name : id }] : []
}
