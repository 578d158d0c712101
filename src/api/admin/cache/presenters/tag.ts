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

/** The list of known tags is best effort, so a tag that is not in it may be in use all the same. */
export const unknownTag = (tag: string): KnownTag => ({
  tag,
  entity: typeOf(tag),
  version: null,
  lastCleared: null,
  hits: 0,
  lastSeenAtMs: 0,
})
