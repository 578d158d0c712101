import type { Cache } from "../../../../cache"

export interface ResolvedTargets {
  readonly tags: string[]
  readonly keys: string[]
  readonly all: boolean
}

interface Targets {
  readonly tags?: string[]
  readonly keys?: string[]
  readonly entities?: { type: string; ids: string[] }[]
  readonly patterns?: string[]
  readonly all?: boolean
}

const EVERYTHING = "*"

/** Names of what is to be cleared, each once: tags, those of entities, and known ones that match a pattern. */
export async function resolveTargets(cache: Cache, targets: Targets): Promise<ResolvedTargets> {
  const { tags = [], keys = [], entities = [], patterns = [] } = targets
  if (targets.all || tags.includes(EVERYTHING) || patterns.includes(EVERYTHING)) {
    return { tags: [], keys: [], all: true }
  }
  const ofEntities = entities.flatMap(({ type, ids }) => ids.map((id) => `${type}:${id}`))
  const matching = patterns.length > 0 ? await tagsMatching(cache, patterns) : []
  return { tags: [...new Set([...tags, ...ofEntities, ...matching])], keys: [...new Set(keys)], all: false }
}

async function tagsMatching(cache: Cache, patterns: readonly string[]): Promise<string[]> {
  const expressions = patterns.map((pattern) => new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "s"))
  const { tags } = await cache.tags.list()
  return tags.map(({ tag }) => tag).filter((tag) => expressions.some((expression) => expression.test(tag)))
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
