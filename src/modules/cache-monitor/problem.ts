import { inspect } from "node:util"
import { MedusaError } from "@medusajs/framework/utils"
import type { z, ZodType } from "@medusajs/framework/zod"

type Issue = z.core.$ZodIssue

/** Limits of a value in a message: its characters, and the number of its parts. */
const MAX_SHOWN_LENGTH = 100
const MAX_SHOWN_PARTS = 5

/** A problem with a value. */
export interface Problem {
  readonly field: string
  readonly value: unknown
  /** What the value must be. */
  readonly expectation: string
}

/**
 * Validates a value with a schema. Throws INVALID_DATA with the first problem, in a message of bounded length. Medusa's
 * own validation names every unknown field and shows whole values. A schema's messages say what is expected.
 */
export function accepted<T>(schema: ZodType<T>, value: unknown, what: "request" | "input" = "request"): T {
  const { data, error } = schema.safeParse(value)
  const [issue] = error?.issues ?? []
  if (issue === undefined) return data as T
  throw new MedusaError(MedusaError.Types.INVALID_DATA, `Invalid ${what}: ${sentenceFor(issue, value)}`)
}

function sentenceFor(issue: Issue, value: unknown): string {
  // A custom message is a complete sentence.
  if (issue.code === "custom") return issue.message
  if (issue.code === "unrecognized_keys") return `There is no field ${shown(issue.keys[0])}.`
  const field = issue.path.join(".") || "body"
  return sentenceOf({ field, value: valueAt(value, issue.path), expectation: issue.message })
}

const valueAt = (value: unknown, path: Issue["path"]): unknown =>
  path.reduce<unknown>((part, name) => (isObject(part) ? Reflect.get(part, name) : undefined), value)

export const sentenceOf = ({ field, value, expectation }: Problem): string =>
  `Field '${clipped(field)}' is ${shown(value)}, but must be ${expectation}.`

/** Formats a received value for a message that is returned and logged: on one line, and only its beginning. */
export function shown(value: unknown): string {
  const options = {
    depth: 0,
    breakLength: Infinity,
    maxArrayLength: MAX_SHOWN_PARTS,
    maxStringLength: MAX_SHOWN_LENGTH,
  }
  return clipped(inspect(beginningOf(value), options))
}

/** Cuts text in such a message. */
export const clipped = (text: string): string =>
  text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH)}…`

/** Returns the beginning of an object. `inspect` limits lists, but returns all properties of an object. */
function beginningOf(value: unknown): unknown {
  if (!isObject(value) || Array.isArray(value) || Object.keys(value).length <= MAX_SHOWN_PARTS) return value
  return Object.fromEntries(Object.entries(value).slice(0, MAX_SHOWN_PARTS))
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null
