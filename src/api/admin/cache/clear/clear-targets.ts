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

/**
 * How many entries are known to carry the targets: by the tag index, which may miss some and list dead ones, and by
 * looking at the keys. null: everything, or the index is off or cannot be read.
 */
export async function countCleared(cache: Cache, { tags, keys, all }: NamedTargets): Promise<number | null> {
  if (all) return null
  const [indexed, reports] = await Promise.all([
    tags.length > 0 ? carriersOf(cache, tags) : [],
    cache.insight.inspector.inspectAll(keys),
  ])
  if (indexed === undefined || reports.some(({ state }) => state === "unreachable")) return null
  const present = reports.filter(({ state }) => state !== "absent").map(({ key }) => key)
  return new Set([...indexed, ...present]).size
}

async function carriersOf(cache: Cache, tags: string[]): Promise<string[] | undefined> {
  const counts = await cache.insight.tags.countEntries(tags)
  return counts && cache.insight.tags.keysOf(tags)
}
