import type { ClearInput, GetInput, SetInput } from "../../cache"
import { hasComputedTags } from "./computed-tags"

/**
 * Converts the arguments of a shop's code to the declared types. JavaScript code passes numbers as keys, `null` for an
 * omitted value, or a single tag for a list. None of that may reject, or end up under a key that something else uses.
 * Undefined means that nothing can be looked up, stored or cleared.
 */
export function getInputOf(input: unknown): GetInput | undefined {
  return understood(input, (fields) => ({ key: textOf(fields.key), tags: textsOf(fields.tags) }))
}

export function setInputOf(input: unknown): SetInput | undefined {
  return understood(input, (fields) => {
    const key = textOf(fields.key)
    if (key === undefined) return undefined
    const { data, options } = fields
    const tagged = { tags: textsOf(fields.tags), hasComputedTags: hasComputedTags(data) }
    return { key, data, ttl: secondsOf(fields.ttl), ...tagged, options: objectOf(options) }
  })
}

export function clearInputOf(input: unknown): ClearInput | undefined {
  return understood(input, ({ key, tags, options }) => ({
    key: textOf(key),
    tags: textsOf(tags),
    options: objectOf(options),
  }))
}

function understood<T>(input: unknown, read: (fields: Record<string, unknown>) => T): T | undefined {
  try {
    return typeof input === "object" && input !== null ? read(input as Record<string, unknown>) : undefined
  } catch {
    // A getter has thrown.
    return undefined
  }
}

/** Returns undefined for objects, too, which would all become "[object Object]". */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value
  const isPlain = typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
  return isPlain ? String(value) : undefined
}

function textsOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.flatMap((each) => textOf(each) ?? [])
}

/** Returns undefined for the default, and NaN for a value that must not be stored. */
function secondsOf(value: unknown): number | undefined {
  if (value === undefined || value === null || value === "") return undefined
  return typeof value === "number" || typeof value === "bigint" || typeof value === "string" ? Number(value) : NaN
}

const objectOf = (value: unknown): object | undefined =>
  typeof value === "object" && value !== null ? value : undefined
