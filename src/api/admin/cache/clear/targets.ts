import { z } from "@medusajs/framework/zod"
import {
  type ClearTargets,
  type Problem,
  problemOfEntities,
  problemOfNames,
  sentenceOf,
  unsparingOf,
} from "../../../../modules/cache-monitor/clear-targets"

const name = z.string().min(1)

export interface Entity {
  readonly type: string
  readonly ids: string[]
}

const ENTITY_FIELDS: ReadonlySet<string> = new Set(["type", "ids"])

/** Looked at in one go, since a schema of its own for each of a hundred thousand names takes too long. */
export const namesAs = (field: string) => checked<string[]>((value) => problemOfNames(field, value))

const entities = checked<Entity[]>((value) => problemOfEntities("entities", value) ?? problemOfStrictness(value))

/** What a clear and an invalidation have in common. */
export const targetFields = {
  tags: namesAs("tags").optional(),
  keys: namesAs("keys").optional(),
  entities: entities.optional(),
  all: z.boolean().optional(),
  auto_invalidate_only: z.boolean().optional(),
  dry_run: z.boolean().optional(),
  provider_id: name.optional(),
}

interface Targets extends ClearTargets {
  readonly auto_invalidate_only?: boolean
}

export function countTargets({ tags = [], keys = [], entities = [], patterns = [], all }: Targets): number {
  const ids = entities.reduce((sum, entity) => sum + entity.ids.length, 0)
  return tags.length + keys.length + ids + patterns.length + (all ? 1 : 0)
}

export function checkAutoInvalidateOnly(targets: Targets, context: z.RefinementCtx): void {
  if (!targets.auto_invalidate_only) return
  const field = unsparingOf(targets)
  if (field === undefined) return
  context.addIssue({
    code: "custom",
    message: `Field 'auto_invalidate_only' cannot be combined with '${field}': only clears of tags and entities spare entries`,
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

/** Of a list in which each has a type and ids. */
function problemOfStrictness(value: unknown): Problem | undefined {
  for (const [i, entity] of (value as Entity[]).entries()) {
    const unknown = Object.keys(entity).find((key) => !ENTITY_FIELDS.has(key))
    if (unknown !== undefined) return { field: `entities[${i}]`, value: entity, expectation: "{ type, ids }" }
    if (entity.ids.length === 0) return { field: `entities[${i}].ids`, value: [], expectation: "a list with an id" }
  }
  return undefined
}
