import type { Cache } from "../../cache"
import type { ClearTargets } from "./clear-targets"
import { matchesEverything, matchesPattern } from "./tag-pattern"

/** What a clear names, each once. With `all`, both lists are empty. */
export interface NamedTargets {
  readonly tags: string[]
  readonly keys: string[]
  readonly all: boolean
}

export interface ResolvedTargets extends NamedTargets {
  /** false: patterns were matched without having seen all known tags. */
  readonly complete: boolean
}

const EVERYTHING = "*"

/**
 * Entities become the tags that Medusa gives them; patterns the known tags that match. The list of known tags is bounded,
 * a few seconds behind, and can only be read while Memcached answers: who knows the tags should name them.
 */
export async function resolveTargets(
  cache: { readonly tags: Pick<Cache["tags"], "list"> },
  { tags = [], keys = [], entities = [], patterns = [], all = false }: ClearTargets
): Promise<ResolvedTargets> {
  if (all || tags.includes(EVERYTHING) || patterns.some(matchesEverything)) {
    return { tags: [], keys: [], all: true, complete: true }
  }
  const named = new Set(tags)
  for (const { type, ids } of entities) for (const id of ids) named.add(`${type}:${id}`)
  const complete = patterns.length === 0 || (await addMatching(cache, patterns, named))
  return { tags: [...named], keys: [...new Set(keys)], all: false, complete }
}

export const countTargets = ({ tags, keys, all }: NamedTargets): number => (all ? 1 : tags.length + keys.length)

async function addMatching(
  cache: { readonly tags: Pick<Cache["tags"], "list"> },
  patterns: readonly string[],
  found: Set<string>
): Promise<boolean> {
  const { tags, complete, truncated } = await cache.tags.list()
  const wanted = [...new Set(patterns)]
  for (const { tag } of tags) if (wanted.some((pattern) => matchesPattern(tag, pattern))) found.add(tag)
  return complete && !truncated
}
