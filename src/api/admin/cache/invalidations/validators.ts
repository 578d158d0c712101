import { z } from "@medusajs/framework/zod"
import { checkAutoInvalidateOnly, clearTargets, countTargets } from "../clear/targets"

export const invalidationBody = z
  .strictObject({ ...clearTargets, patterns: z.array(z.string().min(1)).optional() })
  .superRefine((body, context) => {
    if (countTargets(body) === 0) {
      const message = "Name what to clear: one of the fields 'tags', 'keys', 'entities', 'patterns', 'all'"
      context.addIssue({ code: "custom", message })
    }
    checkAutoInvalidateOnly(body, context)
  })

export type InvalidationBody = z.output<typeof invalidationBody>
