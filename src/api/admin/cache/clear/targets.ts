import { z } from "@medusajs/framework/zod"

const name = z.string().min(1)

/** What a clear and an invalidation have in common. */
export const clearTargets = {
  tags: z.array(name).optional(),
  keys: z.array(name).optional(),
  entities: z.array(z.strictObject({ type: name, ids: z.array(name).min(1) })).optional(),
  all: z.boolean().optional(),
  auto_invalidate_only: z.boolean().optional(),
  dry_run: z.boolean().optional(),
  provider_id: name.optional(),
}

interface Targets {
  readonly tags?: readonly string[]
  readonly keys?: readonly string[]
  readonly entities?: readonly { readonly ids: readonly string[] }[]
  readonly patterns?: readonly string[]
  readonly all?: boolean
  readonly auto_invalidate_only?: boolean
}

export function countTargets({ tags = [], keys = [], entities = [], patterns = [], all }: Targets): number {
  const ids = entities.reduce((sum, entity) => sum + entity.ids.length, 0)
  return tags.length + keys.length + ids + patterns.length + (all ? 1 : 0)
}

/** An entry stored with `autoInvalidate: false` can be spared by a clear of its tag, not by one of its key or of all. */
export function checkAutoInvalidateOnly(targets: Targets, context: z.RefinementCtx): void {
  if (!targets.auto_invalidate_only) return
  const everything = targets.all === true || targets.tags?.includes("*") === true || targets.patterns?.includes("*")
  const field = everything ? "all" : targets.keys?.length ? "keys" : undefined
  if (field === undefined) return
  context.addIssue({
    code: "custom",
    message: `Field 'auto_invalidate_only' cannot be combined with '${field}': only clears of tags and entities spare entries`,
  })
}
