import type { AdminCacheClear } from "../../../../types/http"
import type { ClearLine } from "../../../../cache"
import { isoOf } from "./time"

export const clearLineOf = (line: ClearLine): AdminCacheClear => ({
  at: isoOf(line.atMs),
  origin: line.origin,
  actor_id: line.actorId,
  all: line.everything,
  calls: line.calls,
  tags: line.tags,
  keys: line.keys,
  sample: line.sample,
  status: line.status,
})
