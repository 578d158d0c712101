import { z } from "@medusajs/framework/zod"
import { MAX_TARGETS } from "../../../../modules/cache-monitor/clear-targets"
import { atMostTargets, BODY, checkAutoInvalidateOnly, countTargets, patterns, targetFields } from "../clear/targets"

const TOO_MANY =
  `An invalidation takes at most ${MAX_TARGETS} targets (tags, keys, ids of entities and patterns together). ` +
  "Split them into several requests, or clear 'all'."

export const invalidationBody = atMostTargets(MAX_TARGETS, TOO_MANY).pipe(
  z.strictObject({ ...targetFields, patterns }, BODY).superRefine((body, context) => {
    if (countTargets(body) === 0) {
      const message = "Name what to clear: one of the fields 'tags', 'keys', 'entities', 'patterns', 'all'"
      context.addIssue({ code: "custom", message })
    }
    checkAutoInvalidateOnly(body, context)
  })
)

export type InvalidationBody = z.output<typeof invalidationBody>
