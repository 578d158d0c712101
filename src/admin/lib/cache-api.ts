import type {
  AdminCacheClearResponse,
  AdminCacheClearsResponse,
  AdminCacheEntryResponse,
  AdminCacheInvalidationRequest,
  AdminCacheInvalidationResponse,
  AdminCacheInvalidationsResponse,
  AdminCacheResponse,
  AdminCacheServersResponse,
  AdminCacheStatsResponse,
  AdminCacheTagResponse,
  AdminCacheTagsResponse,
  CacheRange,
} from "../../types/http"
import { sdk } from "./sdk"
import { orderOf, TAGS_PER_PAGE, type TagQuery } from "./tag-query"

export const ENTRIES_PER_PAGE = 10

/** The requests of the page and the widgets. They reject with js-sdk's FetchError. */
export const cacheApi = {
  overview: () => sdk.client.fetch<AdminCacheResponse>("/admin/cache"),

  stats: (range: CacheRange, providerId?: string) =>
    sdk.client.fetch<AdminCacheStatsResponse>("/admin/cache/stats", {
      query: { range, ...(providerId === undefined ? {} : { provider_id: providerId }) },
    }),

  servers: () => sdk.client.fetch<AdminCacheServersResponse>("/admin/cache/servers"),

  tags: (query: TagQuery) =>
    sdk.client.fetch<AdminCacheTagsResponse>("/admin/cache/tags", {
      query: {
        limit: TAGS_PER_PAGE,
        offset: query.page * TAGS_PER_PAGE,
        order: orderOf(query),
        ...(query.search === "" ? {} : { q: query.search }),
        ...(query.entity === "" ? {} : { entity: query.entity }),
      },
    }),

  tag: (tag: string, offset: number) =>
    sdk.client.fetch<AdminCacheTagResponse>("/admin/cache/tag", { query: { tag, limit: ENTRIES_PER_PAGE, offset } }),

  entry: (key: string) => sdk.client.fetch<AdminCacheEntryResponse>("/admin/cache/entry", { query: { key } }),

  clears: (limit: number) => sdk.client.fetch<AdminCacheClearsResponse>("/admin/cache/clears", { query: { limit } }),

  clear: (body: AdminCacheInvalidationRequest) =>
    sdk.client.fetch<AdminCacheClearResponse>("/admin/cache/clear", { method: "POST", body }),

  startInvalidation: (body: AdminCacheInvalidationRequest) =>
    sdk.client.fetch<AdminCacheInvalidationResponse>("/admin/cache/invalidations", { method: "POST", body }),

  invalidation: (id: string) =>
    sdk.client.fetch<AdminCacheInvalidationResponse>("/admin/cache/invalidation", { query: { id } }),

  invalidations: (limit: number) =>
    sdk.client.fetch<AdminCacheInvalidationsResponse>("/admin/cache/invalidations", { query: { limit } }),
}
