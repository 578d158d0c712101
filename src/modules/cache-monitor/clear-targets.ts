import { z } from "@medusajs/framework/zod"
import { isObject, type Problem, sentenceOf } from "./problem"
import { matchesEverything } from "./tag-pattern"

/** What to clear, as people name it. At least one target is required. Names have at most 10,240 characters. */
export interface ClearTargets {
  /** Tags, taken literally: `Product:list:*` is a tag like any other. "*" is everything. */
  readonly tags?: readonly string[]
  readonly keys?: readonly string[]
  /**
   * Entities. Each id becomes the tag `type:id`, as Medusa computes it: `{ type: "Product", ids: ["prod_1"] }`. At most
   * 10,000 elements.
   */
  readonly entities?: readonly Entity[]
  /**
   * Patterns such as `Product:*`, which clear every known tag that matches. `*` stands for any characters; "*" alone is
   * everything. At most 100, of 1,000 characters each.
   */
  readonly patterns?: readonly string[]
  /**
   * Addresses of stored responses: paths with their query, or whole URLs. Each clears the responses to this address for
   * all publishable keys, locales and encodings.
   */
  readonly urls?: readonly string[]
  /** Everything under the prefix of the cache, never the whole server. */
  readonly all?: boolean
}

interface Entity {
  readonly type: string
  readonly ids: readonly string[]
}

/** The most targets of one bulk invalidation: tags, keys, ids of entities, patterns and addresses together. */
export const MAX_TARGETS = 100_000

/**
 * The length limit of a tag, a key, a type or an id, in UTF-16 units. Medusa's own have up to a few hundred. A longer
 * name in a request is an attack or a mistake.
 */
export const MAX_NAME_LENGTH = 10_240

/** The most patterns. Each is compared with up to 16,384 tags of at most 160 bytes. */
const MAX_PATTERNS = 100
const MAX_PATTERN_LENGTH = 1_000

/** The most elements in `entities`. All ids of a type fit into one. */
const MAX_ENTITIES = 10_000

const ENTITY_FIELDS: ReadonlySet<string> = new Set<keyof Entity>(["type", "ids"])

/** Descriptions of valid values. They end a sentence that shows the given value. */
const NAME = "a non-empty string"
export const FLAG = "true or false"
export const OBJECT = "an object that names what to clear"
export const nameOfAtMost = (length: number): string => `a string of at most ${length} characters`

const URL_OF_A_SHOP = /^(?:https?:\/\/[^/?#\s]+)?\/[^\s#]*$/
const URL_EXPECTATION = "a path such as /store/products?limit=12, or a URL"

/** A name in a query or a body. */
export const name = z.string(NAME).min(1, NAME).max(MAX_NAME_LENGTH, nameOfAtMost(MAX_NAME_LENGTH))

/**
 * The fields of `ClearTargets`. They may have a hundred thousand names, so each list is checked in one go, up to the
 * first invalid name. A schema for each name would take a third of a second.
 */
export const targetFields = {
  tags: checked<string[]>((value) => problemOfNames("tags", value)).optional(),
  keys: checked<string[]>((value) => problemOfNames("keys", value)).optional(),
  entities: checked<{ type: string; ids: string[] }[]>(problemOfEntities).optional(),
  patterns: checked<string[]>(problemOfPatterns).optional(),
  urls: checked<string[]>((value) => problemOfUrls(value)).optional(),
  all: z.boolean(FLAG).optional(),
}

/** Limits what a body names, before any of it is checked. `tooMany` says what to do about it. */
export const atMostTargets = (most: number, tooMany: string) =>
  z.unknown().superRefine((body, context) => {
    const count = countNamed(body)
    if (count <= most) return
    context.addIssue({ code: "custom", message: `${tooMany} This one names ${count}.`, continue: false })
  })

/** Refuses a body that names nothing, and one that combines the flag with targets that cannot spare entries. */
export const namesTargets =
  (fields: readonly (keyof ClearTargets)[], flag: "auto_invalidate_only" | "autoInvalidateOnly") =>
  (body: ClearTargets, context: z.RefinementCtx): void => {
    if (countNamed(body) === 0) {
      const known = fields.map((field) => `'${field}'`).join(", ")
      context.addIssue({ code: "custom", message: `Name what to clear: one of the fields ${known}` })
    }
    const unsparing = Reflect.get(body, flag) === true ? unsparingOf(body) : undefined
    if (unsparing === undefined) return
    const message = `Field '${flag}' cannot be combined with '${unsparing}': only clears of tags and entities spare entries`
    context.addIssue({ code: "custom", message })
  }

/** Counts the names in any value, before patterns are matched and repetitions removed. */
function countNamed(targets: unknown): number {
  if (!isObject(targets)) return 0
  const { tags, keys, entities, patterns, urls, all } = targets
  const ids = Array.isArray(entities) ? entities.map((entity: unknown) => isObject(entity) && entity.ids) : []
  return [tags, keys, patterns, urls, ...ids].reduce<number>(
    (sum, list) => sum + (Array.isArray(list) ? list.length : 0),
    all ? 1 : 0
  )
}

/**
 * Returns a target that cannot spare entries stored with `autoInvalidate: false`, or undefined. Only clears of tags can
 * spare them.
 */
function unsparingOf({ tags, keys, patterns, all }: ClearTargets): "all" | "keys" | undefined {
  if (all || tags?.includes("*") || patterns?.some(matchesEverything)) return "all"
  return keys?.length ? "keys" : undefined
}

function checked<T>(problemOf: (value: unknown) => Problem | undefined) {
  return z
    .unknown()
    .superRefine((value, context) => {
      const problem = problemOf(value)
      // Stop here: checks of all fields together rely on lists.
      if (problem) context.addIssue({ code: "custom", message: sentenceOf(problem), continue: false })
    })
    .transform((value) => value as T)
}

/** Returns the first problem in a list of names. */
function problemOfNames(field: string, names: unknown, maxLength = MAX_NAME_LENGTH): Problem | undefined {
  if (!Array.isArray(names)) return { field, value: names, expectation: "a list of strings" }
  const bad = names.findIndex((name: unknown) => !isName(name, maxLength))
  return bad === -1 ? undefined : problemOfName(`${field}[${bad}]`, names[bad], maxLength)
}

function problemOfPatterns(patterns: unknown): Problem | undefined {
  return problemOfLength("patterns", patterns, MAX_PATTERNS) ?? problemOfNames("patterns", patterns, MAX_PATTERN_LENGTH)
}

function problemOfUrls(urls: unknown): Problem | undefined {
  const problem = problemOfNames("urls", urls)
  if (problem || !Array.isArray(urls)) return problem
  const bad = urls.findIndex((url: string) => !URL_OF_A_SHOP.test(url))
  return bad === -1 ? undefined : { field: `urls[${bad}]`, value: urls[bad], expectation: URL_EXPECTATION }
}

function problemOfEntities(entities: unknown): Problem | undefined {
  if (!Array.isArray(entities)) return { field: "entities", value: entities, expectation: "a list of { type, ids }" }
  const tooMany = problemOfLength("entities", entities, MAX_ENTITIES)
  if (tooMany) return tooMany
  for (const [i, entity] of entities.entries()) {
    const problem = problemOfEntity(`entities[${i}]`, entity)
    if (problem) return problem
  }
  return undefined
}

function problemOfEntity(field: string, entity: unknown): Problem | undefined {
  const isStrict = isObject(entity) && Object.keys(entity).every((key) => ENTITY_FIELDS.has(key))
  if (!isStrict) return { field, value: entity, expectation: "{ type, ids }" }
  const { type, ids } = entity
  if (!isName(type)) return problemOfName(`${field}.type`, type)
  if (Array.isArray(ids) && ids.length === 0) {
    return { field: `${field}.ids`, value: ids, expectation: "a list with an id" }
  }
  return problemOfNames(`${field}.ids`, ids)
}

const problemOfLength = (field: string, list: unknown, most: number): Problem | undefined =>
  Array.isArray(list) && list.length > most
    ? { field: `${field}.length`, value: list.length, expectation: `at most ${most}` }
    : undefined

function problemOfName(field: string, name: unknown, maxLength = MAX_NAME_LENGTH): Problem {
  const isTooLong = typeof name === "string" && name.length > maxLength
  return { field, value: name, expectation: isTooLong ? nameOfAtMost(maxLength) : NAME }
}

const isName = (name: unknown, maxLength = MAX_NAME_LENGTH): name is string =>
  typeof name === "string" && name !== "" && name.length <= maxLength
