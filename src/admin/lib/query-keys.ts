import type { CacheRange } from "../../types/http"
import type { TagQuery } from "./tag-query"

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
  clears: [ROOT, "clears"] as const,
  invalidations: [ROOT, "invalidations"] as const,
  invalidation: (id: string) => [ROOT, "invalidation", id] as const,
  preview: (request: unknown) => [ROOT, "preview", request] as const,
  choices: (type: string, search: string) => [ROOT, "choices", type, search] as const,
}
