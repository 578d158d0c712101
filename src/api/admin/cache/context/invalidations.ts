import type { MedusaContainer } from "@medusajs/framework/types"
import type { InvalidationState } from "../../../../types/http"
import type { ClearAuthor, ClearOrigin } from "../../../../cache"

export interface Invalidation {
  readonly id: string
  readonly state: InvalidationState
  readonly dryRun: boolean
  readonly providerId: string
  readonly total: number
  readonly done: number
  readonly pending: number
  readonly batches: readonly {
    readonly index: number
    readonly targets: number
    readonly status: "applied" | "pending" | "dry_run"
    readonly attempts: number
    readonly durationMs: number
  }[]
  readonly retries: number
  readonly createdBy: { readonly type: ClearOrigin; readonly id: string | null }
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly durationMs: number
  readonly message: string
}

export interface Invalidations {
  list(): Promise<readonly Invalidation[]>
  find(id: string): Promise<Invalidation | undefined>
}

export interface InvalidationInput {
  readonly tags?: string[]
  readonly keys?: string[]
  readonly entities?: { type: string; ids: string[] }[]
  readonly patterns?: string[]
  readonly all?: boolean
  readonly providerId: string
  readonly autoInvalidateOnly: boolean
  readonly dryRun: boolean
  readonly createdBy: ClearAuthor
}

const started: Invalidation[] = []

/** Stands in for the module's until it is there. */
export function invalidationsOf(_scope: MedusaContainer): Invalidations {
  return { list: async () => started, find: async (wanted) => started.find(({ id }) => id === wanted) }
}

export async function startInvalidation(_scope: MedusaContainer, input: InvalidationInput): Promise<Invalidation> {
  const total = (input.tags?.length ?? 0) + (input.keys?.length ?? 0) + 1
  const now = Date.now()
  const invalidation: Invalidation = {
    id: `stub_${started.length + 1}`,
    state: "done",
    dryRun: input.dryRun,
    providerId: input.providerId,
    total,
    done: total,
    pending: 0,
    retries: 0,
    batches: [{ index: 0, targets: total, status: "applied", attempts: 1, durationMs: 12 }],
    createdBy: { type: input.createdBy.origin, id: input.createdBy.actorId ?? null },
    startedAtMs: now,
    endedAtMs: now,
    durationMs: 12,
    message: "Cleared.",
  }
  started.unshift(invalidation)
  return invalidation
}
