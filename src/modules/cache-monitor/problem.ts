import { inspect } from "node:util"
import { MedusaError } from "@medusajs/framework/utils"
import type { z, ZodType } from "@medusajs/framework/zod"

type Issue = z.core.$ZodIssue

/** In messages: characters of a value, and how many of its parts. */
const MAX_SHOWN_LENGTH = 100
const MAX_SHOWN_PARTS = 5

/** What is wrong with a value. */
export interface Problem {
  readonly field: string
  readonly value: unknown
  /** What it must be. */
  readonly expectation: string
}

/**
 * What the schema makes of it. Throws INVALID_DATA with the first thing that is wrong, in a message of bounded length:
 * Medusa's own validation names every unknown field, and shows values whole. A schema's messages say what is expected.
 */
export function accepted<T>(schema: ZodType<T>, value: unknown, what: "request" | "input" = "request"): T {
  const { data, error } = schema.safeParse(value)
  const [issue] = error?.issues ?? []
  if (issue === undefined) return data as T
  throw new MedusaError(MedusaError.Types.INVALID_DATA, `Invalid ${what}: ${sentenceFor(issue, value)}`)
}

function sentenceFor(issue: Issue, value: unknown): string {
  // Its message is a sentence already.
  if (issue.code === "custom") return issue.message
  if (issue.code === "unrecognized_keys") return `There is no field ${shown(issue.keys[0])}.`
  const field = issue.path.join(".") || "body"
  return sentenceOf({ field, value: valueAt(value, issue.path), expectation: issue.message })
}

const valueAt = (value: unknown, path: Issue["path"]): unknown =>
  path.reduce<unknown>((part, name) => (isObject(part) ? Reflect.get(part, name) : undefined), value)

export const sentenceOf = ({ field, value, expectation }: Problem): string =>
  `Field '${clipped(field)}' is ${shown(value)}, but must be ${expectation}.`

/** What somebody has sent, for a message that is answered and logged: on one line, and no more than its beginning. */
export function shown(value: unknown): string {
  const options = {
    depth: 0,
    breakLength: Infinity,
    maxArrayLength: MAX_SHOWN_PARTS,
    maxStringLength: MAX_SHOWN_LENGTH,
  }
  return clipped(inspect(beginningOf(value), options))
}

/** Of a text in such a message. */
export const clipped = (text: string): string =>
  text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH)}…`

/** `inspect` bounds lists, and has all properties of an object in what it returns. */
function beginningOf(value: unknown): unknown {
  if (!isObject(value) || Array.isArray(value) || Object.keys(value).length <= MAX_SHOWN_PARTS) return value
  return Object.fromEntries(Object.entries(value).slice(0, MAX_SHOWN_PARTS))
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null
