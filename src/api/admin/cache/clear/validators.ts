import { z } from "@medusajs/framework/zod"
import { atMostTargets, BODY, checkAutoInvalidateOnly, countTargets, targetFields } from "./targets"

/** What is cleared while the caller waits. More is a background job. */
const MAX_TARGETS = 100

const TOO_MANY =
  `A clear takes at most ${MAX_TARGETS} targets (tags, keys and ids of entities together). ` +
  "To clear more, use POST /admin/cache/invalidations, which clears in the background."

export const clearBody = atMostTargets(MAX_TARGETS, TOO_MANY).pipe(
  z.strictObject(targetFields, BODY).superRefine((body, context) => {
    if (countTargets(body) === 0) {
      context.addIssue({
        code: "custom",
        message: "Name what to clear: one of the fields 'tags', 'keys', 'entities', 'all'",
      })
    }
    checkAutoInvalidateOnly(body, context)
  })
)

export type ClearBody = z.output<typeof clearBody>
