import type { KnownTag } from "../../../../cache"
import type { TagColumn, TagsQuery } from "./validators"

const VALUES: Readonly<Record<TagColumn, (tag: KnownTag) => number | string | null>> = {
  tag: ({ tag }) => tag,
  hits: ({ hits }) => hits,
  version: ({ version }) => version,
  last_cleared_at: ({ lastCleared }) => lastCleared?.atMs ?? null,
}

/** Compares as asked for. What has no value comes last either way; equal ones are in the order of their names. */
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
