import { inspect } from "node:util"
import { MedusaError } from "@medusajs/framework/utils"
import { matchesEverything } from "./tag-pattern"

/** What to clear, as people name it. At least one thing must be named. Names have at most 10,240 characters. */
export interface ClearTargets {
  /** Cleared as they are: `Product:list:*` is a tag like any other. "*" is everything. */
  readonly tags?: readonly string[]
  readonly keys?: readonly string[]
  /** Each id is the tag `type:id`, as Medusa computes it: `{ type: "Product", ids: ["prod_1"] }`. */
  readonly entities?: readonly { readonly type: string; readonly ids: readonly string[] }[]
  /** `Product:*`: every known tag that matches, `*` standing for any characters. "*" is everything. At most 100, of 1,000 characters. */
  readonly patterns?: readonly string[]
  /** Everything under the prefix of the cache, never the whole server. */
  readonly all?: boolean
}

/** In one request or run: tags, keys, ids of entities and patterns together. */
export const MAX_TARGETS = 100_000

/**
 * Of a tag, a key, a type or an id, in UTF-16 units. Medusa's own have up to a few hundred; beyond this, a name in a request
 * is an attack or a mistake.
 */
export const MAX_NAME_LENGTH = 10_240

/** Each is compared with up to 16,384 tags, none of which has more than 160 bytes. */
const MAX_PATTERNS = 100
const MAX_PATTERN_LENGTH = 1_000

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

/** Throws INVALID_DATA, naming the field, its value and what is expected. Code in JavaScript may pass anything. */
export function checkTargets(targets: ClearTargets): void {
  const fields: unknown = targets
  if (!isObject(fields)) {
    throw invalid({ field: "input", value: fields, expectation: "an object that names what to clear" })
  }
  const problem =
    optional(problemOfNames, "tags", fields.tags) ??
    optional(problemOfNames, "keys", fields.keys) ??
    optional(problemOfPatterns, "patterns", fields.patterns) ??
    optional(problemOfEntities, "entities", fields.entities) ??
    optional(problemOfFlag, "all", fields.all)
  if (problem) throw invalid(problem)
  if (countNamed(targets) === 0) {
    throw new MedusaError(
      MedusaError.Types.INVALID_DATA,
      "There is nothing to clear. Set at least one of the fields 'tags', 'keys', 'entities', 'patterns', 'all'."
    )
  }
}

/** Before patterns are matched and repetitions are removed. */
export function countNamed({ tags = [], keys = [], entities = [], patterns = [], all }: ClearTargets): number {
  if (all) return 1
  return tags.length + keys.length + patterns.length + entities.reduce((sum, { ids }) => sum + ids.length, 0)
}

/** What cannot spare entries stored with `autoInvalidate: false`, as only clears of tags can; undefined: there is none of it. */
export function unsparingOf({ tags, keys, patterns, all }: ClearTargets): "all" | "keys" | undefined {
  if (all || tags?.includes("*") || patterns?.some(matchesEverything)) return "all"
  return keys?.length ? "keys" : undefined
}

/**
 * The first one of a list of names. There may be hundreds of thousands of them, so that nothing is made for a good one:
 * a schema would take a third of a second for them, and name each bad one in its error.
 */
export function problemOfNames(field: string, names: unknown, maxLength = MAX_NAME_LENGTH): Problem | undefined {
  if (!Array.isArray(names)) return { field, value: names, expectation: "a list of strings" }
  const bad = names.findIndex((name: unknown) => !isName(name, maxLength))
  return bad === -1 ? undefined : problemOfName(`${field}[${bad}]`, names[bad], maxLength)
}

/** The first one of a list of patterns, or that they are too many. */
export function problemOfPatterns(field: string, patterns: unknown): Problem | undefined {
  if (Array.isArray(patterns) && patterns.length > MAX_PATTERNS) {
    return { field: `${field}.length`, value: patterns.length, expectation: `at most ${MAX_PATTERNS}` }
  }
  return problemOfNames(field, patterns, MAX_PATTERN_LENGTH)
}

/** The first one of a list of entities. */
export function problemOfEntities(field: string, entities: unknown): Problem | undefined {
  if (!Array.isArray(entities)) return { field, value: entities, expectation: "a list of { type, ids }" }
  for (const [i, entity] of entities.entries()) {
    const problem = isEntity(entity) ? undefined : problemOfEntity(`${field}[${i}]`, entity)
    if (problem) return problem
  }
  return undefined
}

/** A good one, seen without making a name for it. */
const isEntity = (entity: unknown): boolean =>
  isObject(entity) && isName(entity.type) && Array.isArray(entity.ids) && entity.ids.every((id) => isName(id))

function problemOfEntity(field: string, entity: unknown): Problem | undefined {
  if (!isObject(entity)) return { field, value: entity, expectation: "{ type, ids }" }
  if (!isName(entity.type)) return problemOfName(`${field}.type`, entity.type)
  return problemOfNames(`${field}.ids`, entity.ids)
}

const problemOfFlag = (field: string, value: unknown): Problem | undefined =>
  typeof value === "boolean" ? undefined : { field, value, expectation: "true or false" }

const optional = (
  problemOf: (field: string, value: unknown) => Problem | undefined,
  field: string,
  value: unknown
): Problem | undefined => (value === undefined ? undefined : problemOf(field, value))

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

/** What a name must be. */
export const NAME = "a non-empty string"
export const nameOfAtMost = (length: number): string => `a string of at most ${length} characters`

function problemOfName(field: string, name: unknown, maxLength = MAX_NAME_LENGTH): Problem {
  const isTooLong = typeof name === "string" && name.length > maxLength
  return { field, value: name, expectation: isTooLong ? nameOfAtMost(maxLength) : NAME }
}

const isName = (name: unknown, maxLength = MAX_NAME_LENGTH): name is string =>
  typeof name === "string" && name !== "" && name.length <= maxLength

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

const invalid = (problem: Problem): MedusaError => new MedusaError(MedusaError.Types.INVALID_DATA, sentenceOf(problem))
