import { inspect } from "node:util"
import { MedusaError } from "@medusajs/framework/utils"
import { matchesEverything } from "./tag-pattern"

/** What to clear, as people name it. At least one thing must be named. */
export interface ClearTargets {
  /** Cleared as they are: `Product:list:*` is a tag like any other. "*" is everything. */
  readonly tags?: readonly string[]
  readonly keys?: readonly string[]
  /** Each id is the tag `type:id`, as Medusa computes it: `{ type: "Product", ids: ["prod_1"] }`. */
  readonly entities?: readonly { readonly type: string; readonly ids: readonly string[] }[]
  /** `Product:*`: every known tag that matches, `*` standing for any characters. "*" is everything. At most 100. */
  readonly patterns?: readonly string[]
  /** Everything under the prefix of the cache, never the whole server. */
  readonly all?: boolean
}

/** Each is compared with up to 16,384 tags. */
const MAX_PATTERNS = 100

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
    optional(problemOfNames, "patterns", fields.patterns) ??
    optional(problemOfEntities, "entities", fields.entities) ??
    optional(problemOfFlag, "all", fields.all) ??
    problemOfPatternCount(targets.patterns)
  if (problem) throw invalid(problem)
  if (countNamed(targets) === 0) {
    throw new MedusaError(
      MedusaError.Types.INVALID_DATA,
      "Nothing is named that could be cleared. Give at least one of the fields 'tags', 'keys', 'entities', 'patterns', 'all'."
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
export function problemOfNames(field: string, names: unknown): Problem | undefined {
  if (!Array.isArray(names)) return { field, value: names, expectation: "a list of strings" }
  const bad = names.findIndex((name: unknown) => !isName(name))
  if (bad === -1) return undefined
  return { field: `${field}[${bad}]`, value: names[bad], expectation: NAME }
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
  isObject(entity) && isName(entity.type) && Array.isArray(entity.ids) && entity.ids.every(isName)

function problemOfEntity(field: string, entity: unknown): Problem | undefined {
  if (!isObject(entity)) return { field, value: entity, expectation: "{ type, ids }" }
  if (!isName(entity.type)) return { field: `${field}.type`, value: entity.type, expectation: NAME }
  return problemOfNames(`${field}.ids`, entity.ids)
}

const problemOfFlag = (field: string, value: unknown): Problem | undefined =>
  typeof value === "boolean" ? undefined : { field, value, expectation: "true or false" }

const optional = (
  problemOf: (field: string, value: unknown) => Problem | undefined,
  field: string,
  value: unknown
): Problem | undefined => (value === undefined ? undefined : problemOf(field, value))

export function problemOfPatternCount(patterns: readonly string[] = []): Problem | undefined {
  const { length } = patterns
  if (length <= MAX_PATTERNS) return undefined
  return { field: "patterns.length", value: length, expectation: `at most ${MAX_PATTERNS}` }
}

export function sentenceOf({ field, value, expectation }: Problem): string {
  const shown = inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 5 }).slice(0, 100)
  return `Field '${field}' is ${shown}, but must be ${expectation}.`
}

const NAME = "a string that is not empty"

const isName = (name: unknown): name is string => typeof name === "string" && name !== ""

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

const invalid = (problem: Problem): MedusaError => new MedusaError(MedusaError.Types.INVALID_DATA, sentenceOf(problem))
