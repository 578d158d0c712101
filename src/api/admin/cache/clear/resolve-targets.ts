import type { ClearBody } from "./validators"

export interface ResolvedTargets {
  readonly tags: string[]
  readonly keys: string[]
  readonly all: boolean
}

/** Stands in for the module's `resolveTargets` until it is there. */
export async function resolveTargets(_cache: unknown, body: ClearBody): Promise<ResolvedTargets> {
  const tags = [
    ...new Set([
      ...(body.tags ?? []),
      ...(body.entities ?? []).flatMap(({ type, ids }) => ids.map((id) => `${type}:${id}`)),
    ]),
  ]
  const all = body.all === true || tags.includes("*")
  return all ? { tags: [], keys: [], all } : { tags, keys: [...new Set(body.keys)], all }
}
