import type { ICachingProviderService } from "@medusajs/framework/types"

/** Looks up, and on a miss stores what would have been loaded, as core does. Returns what the lookup has found. */
export async function loadThrough(cache: ICachingProviderService, key: string, data: object): Promise<unknown> {
  const found: unknown = await cache.get({ key })
  if (found === null) await cache.set({ key, data, ttl: 60, tags: [] })
  return found
}
