import { MedusaError } from "@medusajs/framework/utils"
import type { z, ZodType } from "@medusajs/framework/zod"
import { sentenceOf, shown } from "../../../../modules/cache-monitor/clear-targets"

type Issue = z.core.$ZodIssue

/**
 * What the schema makes of it. Throws INVALID_DATA with the first thing that is wrong, in a message of bounded length:
 * Medusa's own validation names every unknown field, and shows values whole. A schema's messages say what is expected.
 */
export function accepted<T>(schema: ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value)
  const [issue] = error?.issues ?? []
  if (issue === undefined) return data as T
  throw new MedusaError(MedusaError.Types.INVALID_DATA, `Invalid request: ${sentenceFor(issue, value)}`)
}

function sentenceFor(issue: Issue, value: unknown): string {
  // Its message is a sentence already.
  if (issue.code === "custom") return issue.message
  if (issue.code === "unrecognized_keys") return `Unknown field ${shown(issue.keys[0])}.`
  const field = issue.path.join(".") || "body"
  return sentenceOf({ field, value: valueAt(value, issue.path), expectation: issue.message })
}

const valueAt = (value: unknown, path: Issue["path"]): unknown =>
  path.reduce<unknown>(
    (part, name) => (typeof part === "object" && part !== null ? Reflect.get(part, name) : undefined),
    value
  )
