import { z } from "@medusajs/framework/zod"
import { problemOfPatternCount, sentenceOf } from "../../../../modules/cache-monitor/clear-targets"
import { checkAutoInvalidateOnly, countTargets, namesAs, targetFields } from "../clear/targets"

export const invalidationBody = z
  .strictObject({ ...targetFields, patterns: namesAs("patterns").optional() })
  .superRefine((body, context) => {
    if (countTargets(body) === 0) {
      const message = "Name what to clear: one of the fields 'tags', 'keys', 'entities', 'patterns', 'all'"
      context.addIssue({ code: "custom", message })
    }
    const problem = problemOfPatternCount(body.patterns)
    if (problem) context.addIssue({ code: "custom", message: sentenceOf(problem) })
    checkAutoInvalidateOnly(body, context)
  })

export type InvalidationBody = z.output<typeof invalidationBody>
