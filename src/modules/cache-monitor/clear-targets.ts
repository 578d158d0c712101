import { inspect } from "node:util"
import { MedusaError } from "@medusajs/framework/utils"

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

const LISTS = ["tags", "keys", "patterns"] as const

/** Throws INVALID_DATA, naming the field, its value and what is expected. Code in JavaScript may pass anything. */
export function checkTargets(targets: ClearTargets): void {
  const fields: unknown = targets
  if (!isObject(fields)) throw invalid("input", fields, "an object that names what to clear")
  for (const name of LISTS) checkNames(name, fields[name])
  checkEntities(fields.entities)
  if (fields.all !== undefined && typeof fields.all !== "boolean") throw invalid("all", fields.all, "true or false")
  const { length = 0 } = targets.patterns ?? []
  if (length > MAX_PATTERNS) throw invalid("patterns.length", length, `at most ${MAX_PATTERNS}`)
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

function checkNames(field: string, names: unknown): void {
  if (names === undefined) return
  if (!Array.isArray(names)) throw invalid(field, names, "a list of strings")
  names.forEach((name: unknown, i) => checkName(`${field}[${i}]`, name))
}

function checkEntities(entities: unknown): void {
  if (entities === undefined) return
  if (!Array.isArray(entities)) throw invalid("entities", entities, "a list of { type, ids }")
  entities.forEach((entity: unknown, i) => {
    const field = `entities[${i}]`
    if (!isObject(entity)) throw invalid(field, entity, "{ type, ids }")
    checkName(`${field}.type`, entity.type)
    if (entity.ids === undefined) throw invalid(`${field}.ids`, entity.ids, "a list of strings")
    checkNames(`${field}.ids`, entity.ids)
  })
}

function checkName(field: string, name: unknown): void {
  if (typeof name !== "string" || name === "") throw invalid(field, name, "a string that is not empty")
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

function invalid(field: string, value: unknown, expectation: string): MedusaError {
  const shown = inspect(value, { depth: 1, breakLength: Infinity }).slice(0, 100)
  return new MedusaError(MedusaError.Types.INVALID_DATA, `Field '${field}' is ${shown}, but must be ${expectation}.`)
}
