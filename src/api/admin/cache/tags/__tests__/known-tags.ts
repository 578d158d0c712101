import type { KnownTag } from "../../../../../cache"

export const knownTag = (tag: string, given: Partial<KnownTag> = {}): KnownTag => ({
  tag,
  entity: tag.split(":")[0] ?? "",
  version: null,
  lastCleared: null,
  hits: 0,
  lastSeenAtMs: 0,
  ...given,
})

export const clearedAt = (atMs: number): KnownTag["lastCleared"] => ({ atMs, origin: "event", actorId: null })
