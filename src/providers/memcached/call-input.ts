import type { ClearInput, GetInput, SetInput } from "../../cache"

/**
 * What a shop's code passes, made what the types say. JavaScript passes numbers as keys, `null` for what is left out, a
 * single tag for a list; none of it may reject, or end under a key that it shares with something else. undefined: nothing
 * that could be looked up, stored or cleared.
 */
export function getInputOf(input: unknown): GetInput | undefined {
  return understood(input, (fields) => ({ key: textOf(fields.key), tags: textsOf(fields.tags) }))
}

export function setInputOf(input: unknown): SetInput | undefined {
  return understood(input, (fields) => {
    const key = textOf(fields.key)
    if (key === undefined) return undefined
    const { data, options } = fields
    return { key, data, ttl: secondsOf(fields.ttl), tags: textsOf(fields.tags), options: objectOf(options) }
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
    // A getter that throws.
    return undefined
  }
}

/** undefined also for objects, which would all be "[object Object]". */
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

/** undefined: the default. NaN: not to be stored. */
function secondsOf(value: unknown): number | undefined {
  if (value === undefined || value === null || value === "") return undefined
  return typeof value === "number" || typeof value === "bigint" || typeof value === "string" ? Number(value) : NaN
}

const objectOf = (value: unknown): object | undefined =>
  typeof value === "object" && value !== null ? value : undefined
