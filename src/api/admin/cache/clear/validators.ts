import { z } from "@medusajs/framework/zod"
import { checkAutoInvalidateOnly, countTargets, targetFields } from "./targets"

/** What is cleared while the caller waits. More is a background job. */
const MAX_TARGETS = 100

const TOO_MANY =
  `A clear takes at most ${MAX_TARGETS} targets (tags, keys and ids of entities together). ` +
  "Send more of them to POST /admin/cache/invalidations, which clears in the background."

export const clearBody = z.strictObject(targetFields).superRefine((body, context) => {
  const count = countTargets(body)
  if (count === 0) {
    context.addIssue({
      code: "custom",
      message: "Name what to clear: one of the fields 'tags', 'keys', 'entities', 'all'",
    })
  }
  if (count > MAX_TARGETS) context.addIssue({ code: "custom", message: `${TOO_MANY} This request names ${count}.` })
  checkAutoInvalidateOnly(body, context)
})

export type ClearBody = z.output<typeof clearBody>
