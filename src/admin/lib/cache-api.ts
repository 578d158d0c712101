import Medusa, { type FetchArgs } from "@medusajs/js-sdk"
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

const CSV = "text/csv"

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

/**
 * Asks for an answer with this field. A proxy's page, another application or another version may answer in its place, and
 * report success: that is a failed request, not something to draw.
 */
async function ask<T extends object>(field: keyof T & string, path: string, init?: FetchArgs): Promise<T> {
  const answer: unknown = await sdk.client.fetch(path, init)
  if (has<T>(answer, field)) return answer
  throw new Error(`${path} answered without "${field}".`)
}

const has = <T extends object>(answer: unknown, field: keyof T): answer is T =>
  typeof answer === "object" &&
  answer !== null &&
  typeof Reflect.get(answer, field) === "object" &&
  Reflect.get(answer, field) !== null

async function csv(path: string, query: Record<string, string> = {}): Promise<Response> {
  const answer = await sdk.client.fetch<Response>(path, { query, headers: { accept: CSV } })
  if (answer.headers.get("content-type")?.startsWith(CSV) === true) return answer
  throw new Error(`${path} did not answer with a table.`)
}

/** The requests of the page and the widgets. They reject with js-sdk's FetchError, or when the answer is somebody else's. */
export const cacheApi = {
  overview: () => ask<AdminCacheResponse>("cache", "/admin/cache"),

  stats: (range: CacheRange, providerId?: string) =>
    ask<AdminCacheStatsResponse>("stats", "/admin/cache/stats", {
      query: { range, ...(providerId === undefined ? {} : { provider_id: providerId }) },
    }),

  servers: () => ask<AdminCacheServersResponse>("servers", "/admin/cache/servers"),

  tags: (query: TagQuery) =>
    ask<AdminCacheTagsResponse>("tags", "/admin/cache/tags", {
      query: {
        limit: TAGS_PER_PAGE,
        offset: query.page * TAGS_PER_PAGE,
        ...filterOf(query),
      },
    }),

  tagsCsv: (query: TagQuery) => csv("/admin/cache/tags", filterOf(query)),

  clearsCsv: () => csv("/admin/cache/clears"),

  tag: (tag: string, offset: number) =>
    ask<AdminCacheTagResponse>("tag", "/admin/cache/tag", { query: { tag, limit: ENTRIES_PER_PAGE, offset } }),

  entry: (key: string) => ask<AdminCacheEntryResponse>("entry", "/admin/cache/entry", { query: { key } }),

  entries: (order: EntryOrder) =>
    ask<AdminCacheEntriesResponse>("entries", "/admin/cache/entries", { query: { order, limit: TOP_ENTRIES } }),

  clears: (limit: number) => ask<AdminCacheClearsResponse>("clears", "/admin/cache/clears", { query: { limit } }),

  clear: (body: AdminCacheInvalidationRequest) =>
    ask<AdminCacheClearResponse>("clear", "/admin/cache/clear", { method: "POST", body }),

  startWarm: () => ask<AdminCacheWarmResponse>("warm", "/admin/cache/warm", { method: "POST", body: {} }),

  /** The answer of a process without a run has none. */
  warm: () => sdk.client.fetch<AdminCacheWarmResponse>("/admin/cache/warm"),

  startInvalidation: (body: AdminCacheInvalidationRequest) =>
    ask<AdminCacheInvalidationResponse>("invalidation", "/admin/cache/invalidations", { method: "POST", body }),

  invalidation: (id: string) =>
    ask<AdminCacheInvalidationResponse>("invalidation", "/admin/cache/invalidation", { query: { id } }),

  invalidations: (limit: number) =>
    ask<AdminCacheInvalidationsResponse>("invalidations", "/admin/cache/invalidations", { query: { limit } }),
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
