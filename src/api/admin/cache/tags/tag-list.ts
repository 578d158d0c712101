import type { KnownTag } from "../../../../cache"
import type { TagColumn, TagsQuery } from "../validators"

/** Returns a filter for tags that contain `q` or are among the named ones, and belong to one of the entity types. */
export function tagFilter(
  { q = "", entity = [] }: Pick<TagsQuery, "q" | "entity">,
  named: ReadonlySet<string> = new Set()
): (tag: KnownTag) => boolean {
  const part = q.toLowerCase()
  const entities = new Set([entity].flat())
  return (known) =>
    (known.tag.toLowerCase().includes(part) || named.has(known.tag)) &&
    (entities.size === 0 || entities.has(known.entity))
}

const VALUES: Readonly<Record<TagColumn, (tag: KnownTag) => number | string | null>> = {
  tag: ({ tag }) => tag,
  hits: ({ hits }) => hits,
  version: ({ version }) => version,
  last_cleared_at: ({ lastCleared }) => lastCleared?.atMs ?? null,
}

/**
 * Returns a comparison for the requested order. Tags without a value come last in either direction. Equal tags are
 * ordered by name.
 */
export function tagOrder(order: TagsQuery["order"]): (a: KnownTag, b: KnownTag) => number {
  const descending = order.startsWith("-")
  const valueOf = VALUES[(descending ? order.slice(1) : order) as TagColumn]
  return (a, b) => {
    const x = valueOf(a)
    const y = valueOf(b)
    if (x === y) return a.tag < b.tag ? -1 : 1
    if (x === null) return 1
    if (y === null) return -1
    return x < y === descending ? 1 : -1
  }
}
