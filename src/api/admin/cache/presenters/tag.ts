import type { AdminCacheTag } from "../../../../types/http"
import { type KnownTag, typeOf } from "../../../../cache"
import { isoOrNull } from "./time"

export const tagOf = (known: KnownTag, entries: number | null): AdminCacheTag => ({
  tag: known.tag,
  entity: known.entity,
  version: known.version,
  last_cleared_at: isoOrNull(known.lastCleared?.atMs ?? null),
  last_cleared_by: known.lastCleared?.origin ?? null,
  last_cleared_actor_id: known.lastCleared?.actorId ?? null,
  entries,
  hits: known.hits,
})

/**
 * Describes a tag that is not in the list of known tags. The list is best effort, so the tag may be in use
 * nevertheless.
 */
export const unknownTag = (tag: string): KnownTag => ({
  tag,
  entity: typeOf(tag),
  version: null,
  lastCleared: null,
  hits: 0,
  lastSeenAtMs: 0,
})
