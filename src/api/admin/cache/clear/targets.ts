import { z } from "@medusajs/framework/zod"
import {
  type ClearTargets,
  type Problem,
  problemOfEntities,
  problemOfNames,
  problemOfPatterns,
  sentenceOf,
  unsparingOf,
} from "../../../../modules/cache-monitor/clear-targets"
import { name } from "../validators"

export interface Entity {
  readonly type: string
  readonly ids: string[]
}

const ENTITY_FIELDS: ReadonlySet<string> = new Set(["type", "ids"])

/** All ids of a type can stand in one. */
const MAX_ENTITIES = 10_000

/** What a body is, for the sentence that says what was given instead. */
export const BODY = "an object that names what to clear"

const FLAG = "true or false"

/** Looked at in one go, since a schema of its own for each of a hundred thousand names takes too long. */
const namesAs = (field: string) => checked<string[]>((value) => problemOfNames(field, value))

/** What a clear and an invalidation have in common. */
export const targetFields = {
  tags: namesAs("tags").optional(),
  keys: namesAs("keys").optional(),
  entities: checked<Entity[]>(
    (value) => problemOfEntityCount(value) ?? problemOfEntities("entities", value) ?? problemOfStrictness(value)
  ).optional(),
  all: z.boolean(FLAG).optional(),
  auto_invalidate_only: z.boolean(FLAG).optional(),
  dry_run: z.boolean(FLAG).optional(),
  provider_id: name.optional(),
}

export const patterns = checked<string[]>((value) => problemOfPatterns("patterns", value)).optional()

/** Counts what a body names, before any of it is looked at. `tooMany` says what to do about it. */
export const atMostTargets = (most: number, tooMany: string) =>
  z.unknown().superRefine((body, context) => {
    const count = countTargets(body)
    if (count <= most) return
    context.addIssue({ code: "custom", message: `${tooMany} This request names ${count}.`, continue: false })
  })

/** Of any body. */
export function countTargets(body: unknown): number {
  if (typeof body !== "object" || body === null) return 0
  const { tags, keys, entities, patterns, all } = body as Readonly<Record<string, unknown>>
  const lists = [tags, keys, patterns, ...(Array.isArray(entities) ? entities.map(idsOf) : [])]
  return lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), all ? 1 : 0)
}

const idsOf = (entity: unknown): unknown =>
  typeof entity === "object" && entity !== null && "ids" in entity ? entity.ids : undefined

interface Targets extends ClearTargets {
  readonly auto_invalidate_only?: boolean
}

export function checkAutoInvalidateOnly(targets: Targets, context: z.RefinementCtx): void {
  if (!targets.auto_invalidate_only) return
  const field = unsparingOf(targets)
  if (field === undefined) return
  context.addIssue({
    code: "custom",
    message: `Field 'auto_invalidate_only' cannot be combined with '${field}': only clears of tags and entities can spare entries that are stored with autoInvalidate: false`,
  })
}

function checked<T>(problemOf: (value: unknown) => Problem | undefined) {
  return z
    .unknown()
    .superRefine((value, context) => {
      const problem = problemOf(value)
      // Not to be continued: what looks at all fields together takes them for lists.
      if (problem) context.addIssue({ code: "custom", message: sentenceOf(problem), continue: false })
    })
    .transform((value) => value as T)
}

function problemOfEntityCount(value: unknown): Problem | undefined {
  if (!Array.isArray(value) || value.length <= MAX_ENTITIES) return undefined
  return { field: "entities.length", value: value.length, expectation: `at most ${MAX_ENTITIES}` }
}

/** Of a list in which each has a type and ids. */
function problemOfStrictness(value: unknown): Problem | undefined {
  for (const [i, entity] of (value as Entity[]).entries()) {
    const unknown = Object.keys(entity).find((key) => !ENTITY_FIELDS.has(key))
    if (unknown !== undefined) return { field: `entities[${i}]`, value: entity, expectation: "{ type, ids }" }
    if (entity.ids.length === 0) return { field: `entities[${i}].ids`, value: [], expectation: "a list with an id" }
  }
  return undefined
}
