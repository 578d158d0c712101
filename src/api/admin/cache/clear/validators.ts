import { z } from "@medusajs/framework/zod"
import {
  atMostTargets,
  FLAG,
  MAX_TARGETS,
  name,
  namesTargets,
  OBJECT,
  targetFields,
} from "../../../../modules/cache-monitor/clear-targets"

/** The most targets of a clear that the caller waits for. More are a background job. */
const MAX_AT_ONCE = 100

const TOO_MANY_AT_ONCE =
  `A clear takes at most ${MAX_AT_ONCE} targets (tags, keys and ids of entities together). ` +
  "Send more of them to POST /admin/cache/invalidations, which clears in the background."

const TOO_MANY =
  `An invalidation takes at most ${MAX_TARGETS} targets (tags, keys, ids of entities and patterns together). ` +
  "Send more of them in several requests, or clear 'all'."

const { patterns, ...targets } = targetFields

const settings = {
  auto_invalidate_only: z.boolean(FLAG).optional(),
  dry_run: z.boolean(FLAG).optional(),
  provider_id: name.optional(),
}

export const clearBody = atMostTargets(MAX_AT_ONCE, TOO_MANY_AT_ONCE).pipe(
  z
    .strictObject({ ...targets, ...settings }, OBJECT)
    .superRefine(namesTargets(["tags", "keys", "entities", "all"], "auto_invalidate_only"))
)

export const invalidationBody = atMostTargets(MAX_TARGETS, TOO_MANY).pipe(
  z
    .strictObject({ ...targets, patterns, ...settings }, OBJECT)
    .superRefine(namesTargets(["tags", "keys", "entities", "patterns", "all"], "auto_invalidate_only"))
)

export type ClearBody = z.output<typeof clearBody>
export type InvalidationBody = z.output<typeof invalidationBody>
