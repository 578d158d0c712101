import type { Cache, ClearAuthor, ClearOutcome } from "../../../../cache"
import type { NamedTargets } from "../../../../modules/cache-monitor/targets"

const EVERYTHING = "*"

/** Clears all of it with one call, which is one line of the history. Never rejects: what could not be delivered is pending. */
export async function clearTargets(
  cache: Cache,
  { tags, keys, all }: NamedTargets,
  autoInvalidateOnly: boolean,
  author: ClearAuthor
): Promise<ClearOutcome["status"]> {
  const options = autoInvalidateOnly ? { options: { autoInvalidate: true } } : {}
  const { status } = await cache.clear(all ? { tags: [EVERYTHING] } : { tags, keys, ...options }, author)
  return status
}

/** How many entries a clear makes void, about. null: everything, or it cannot be told. */
export async function countCleared({ insight }: Cache, { tags, keys, all }: NamedTargets): Promise<number | null> {
  return all ? null : ((await insight.entries.ofAny(tags, keys)) ?? null)
}
