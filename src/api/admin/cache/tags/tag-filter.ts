import type { KnownTag } from "../../../../cache"
import type { TagsQuery } from "./validators"

/** Returns a filter for tags that contain `q` and belong to one of the entity types. */
export function tagFilter({ q = "", entity = [] }: Pick<TagsQuery, "q" | "entity">): (tag: KnownTag) => boolean {
  const part = q.toLowerCase()
  const entities = new Set([entity].flat())
  return (known) => known.tag.toLowerCase().includes(part) && (entities.size === 0 || entities.has(known.entity))
}
