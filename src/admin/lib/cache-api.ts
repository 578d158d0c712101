import Medusa from "@medusajs/js-sdk"
import type {
  AdminCacheClearResponse,
  AdminCacheClearsResponse,
  AdminCacheEntriesResponse,
  AdminCacheEntryResponse,
  AdminCacheInvalidationRequest,
  AdminCacheInvalidationResponse,
  AdminCacheInvalidationsResponse,
  AdminCacheResponse,
  AdminCacheServersResponse,
  AdminCacheStatsResponse,
  AdminCacheTagResponse,
  AdminCacheTagsResponse,
  AdminCacheWarmResponse,
  CacheRange,
} from "../../types/http"
import { TAGS_PER_PAGE, type TagQuery, orderOf } from "./tags"

export const ENTRIES_PER_PAGE = 10

/** The entries with most of something first. */
export const ENTRY_ORDERS = ["-stored_bytes", "-compute_ms", "-hits"] as const
export type EntryOrder = (typeof ENTRY_ORDERS)[number]

const TOP_ENTRIES = 8

/** Talks to the same backend, and authenticates in the same way, as the dashboard that this is bundled into. */
export const sdk = new Medusa({
  baseUrl: __BACKEND_URL__ ?? "/",
  auth: {
    type: __AUTH_TYPE__ ?? "session",
    jwtTokenStorageKey: __JWT_TOKEN_STORAGE_KEY__ === "" ? undefined : __JWT_TOKEN_STORAGE_KEY__,
  },
})

const filterOf = (query: TagQuery): Record<string, string> => ({
  order: orderOf(query),
  ...(query.search === "" ? {} : { q: query.search }),
  ...(query.entity === "" ? {} : { entity: query.entity }),
})

const csv = (path: string, query: Record<string, string> = {}): Promise<Response> =>
  sdk.client.fetch<Response>(path, { query, headers: { accept: "text/csv" } })

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
        ...filterOf(query),
      },
    }),

  tagsCsv: (query: TagQuery) => csv("/admin/cache/tags", filterOf(query)),

  clearsCsv: () => csv("/admin/cache/clears"),

  tag: (tag: string, offset: number) =>
    sdk.client.fetch<AdminCacheTagResponse>("/admin/cache/tag", { query: { tag, limit: ENTRIES_PER_PAGE, offset } }),

  entry: (key: string) => sdk.client.fetch<AdminCacheEntryResponse>("/admin/cache/entry", { query: { key } }),

  entries: (order: EntryOrder) =>
    sdk.client.fetch<AdminCacheEntriesResponse>("/admin/cache/entries", { query: { order, limit: TOP_ENTRIES } }),

  clears: (limit: number) => sdk.client.fetch<AdminCacheClearsResponse>("/admin/cache/clears", { query: { limit } }),

  clear: (body: AdminCacheInvalidationRequest) =>
    sdk.client.fetch<AdminCacheClearResponse>("/admin/cache/clear", { method: "POST", body }),

  startWarm: () => sdk.client.fetch<AdminCacheWarmResponse>("/admin/cache/warm", { method: "POST", body: {} }),

  warm: () => sdk.client.fetch<AdminCacheWarmResponse>("/admin/cache/warm"),

  startInvalidation: (body: AdminCacheInvalidationRequest) =>
    sdk.client.fetch<AdminCacheInvalidationResponse>("/admin/cache/invalidations", { method: "POST", body }),

  invalidation: (id: string) =>
    sdk.client.fetch<AdminCacheInvalidationResponse>("/admin/cache/invalidation", { query: { id } }),

  invalidations: (limit: number) =>
    sdk.client.fetch<AdminCacheInvalidationsResponse>("/admin/cache/invalidations", { query: { limit } }),
}

const ROOT = "memcached-cache"

/** Names of what has been fetched. Everything lies below `all`, so that one call refreshes page and widgets alike. */
export const cacheKeys = {
  all: [ROOT] as const,
  overview: [ROOT, "overview"] as const,
  stats: (range: CacheRange, providerId: string | undefined) => [ROOT, "stats", range, providerId] as const,
  servers: [ROOT, "servers"] as const,
  tags: (query: TagQuery) => [ROOT, "tags", query] as const,
  tag: (tag: string, offset: number) => [ROOT, "tag", tag, offset] as const,
  entry: (key: string) => [ROOT, "entry", key] as const,
  entries: (order: EntryOrder) => [ROOT, "entries", order] as const,
  clears: [ROOT, "clears"] as const,
  invalidations: [ROOT, "invalidations"] as const,
  invalidation: (id: string) => [ROOT, "invalidation", id] as const,
  warm: (id: string) => [ROOT, "warm", id] as const,
  preview: (request: unknown) => [ROOT, "preview", request] as const,
  choices: (type: string, search: string) => [ROOT, "choices", type, search] as const,
}
