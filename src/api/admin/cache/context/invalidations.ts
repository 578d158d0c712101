import { randomUUID } from "node:crypto"
import type { MedusaContainer } from "@medusajs/framework/types"
import type { InvalidationState } from "../../../../types/http"
import type { ClearAuthor, ClearOrigin } from "../../../../cache"
import { clearTargets } from "../clear/clear-targets"
import { resolveTargets } from "../clear/resolve-targets"
import type { RequestedCache } from "./requested-cache"

export interface Invalidation {
  readonly id: string
  readonly state: InvalidationState
  readonly dryRun: boolean
  readonly providerId: string
  readonly total: number
  readonly done: number
  readonly pending: number
  readonly batches: readonly InvalidationBatch[]
  readonly retries: number
  readonly createdBy: { readonly type: ClearOrigin; readonly id: string | null }
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly durationMs: number
  readonly message: string
}

export interface InvalidationBatch {
  readonly index: number
  readonly targets: number
  readonly status: "applied" | "pending" | "dry_run"
  readonly attempts: number
  readonly durationMs: number
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

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
  readonly autoInvalidateOnly: boolean
  readonly dryRun: boolean
  readonly createdBy: ClearAuthor
}

/** Of this process, newest first, until the workflow keeps them where every process and the next one sees them. */
const started: Invalidation[] = []
const MAX_KEPT = 50
const BATCH_TARGETS = 1_000

export function invalidationsOf(_scope: MedusaContainer): Invalidations {
  return { list: async () => started, find: async (wanted) => started.find(({ id }) => id === wanted) }
}

/** Clears in batches after it has answered. */
export async function startInvalidation(
  { providerId, cache }: RequestedCache,
  input: InvalidationInput
): Promise<Invalidation> {
  const { tags, keys, all } = await resolveTargets(cache, input)
  const total = all ? 1 : tags.length + keys.length
  const startedAtMs = Date.now()
  const invalidation: Mutable<Invalidation> & { batches: InvalidationBatch[] } = {
    id: randomUUID(),
    state: "running",
    dryRun: input.dryRun,
    providerId,
    total,
    done: 0,
    pending: 0,
    batches: [],
    retries: 0,
    createdBy: { type: input.createdBy.origin, id: input.createdBy.actorId ?? null },
    startedAtMs,
    endedAtMs: null,
    durationMs: 0,
    message: "",
  }
  started.unshift(invalidation)
  started.splice(MAX_KEPT)
  const clearBatches = async (): Promise<void> => {
    for (let at = 0; at < total; at += BATCH_TARGETS) {
      const batchTags = tags.slice(at, at + BATCH_TARGETS)
      const keysAt = Math.max(0, at - tags.length)
      const batchKeys = keys.slice(keysAt, Math.max(0, at + BATCH_TARGETS - tags.length))
      const targets = { tags: batchTags, keys: batchKeys, all }
      const batchStartedMs = Date.now()
      const status = input.dryRun
        ? "dry_run"
        : await clearTargets(cache, targets, input.autoInvalidateOnly, input.createdBy)
      const count = all ? 1 : batchTags.length + batchKeys.length
      invalidation.done += count
      if (status === "pending") invalidation.pending += count
      invalidation.batches.push({
        index: invalidation.batches.length,
        targets: count,
        status: status === "nothing" ? "applied" : status,
        attempts: 1,
        durationMs: Date.now() - batchStartedMs,
      })
    }
    const endedAtMs = Date.now()
    invalidation.endedAtMs = endedAtMs
    invalidation.durationMs = endedAtMs - startedAtMs
    invalidation.state = invalidation.pending > 0 ? "partly_done" : "done"
    invalidation.message = messageOf(invalidation)
  }
  void clearBatches()
  return invalidation
}

function messageOf({ dryRun, pending, done }: Invalidation): string {
  if (dryRun) return "Nothing was cleared: this was a dry run."
  if (pending > 0) {
    return `${pending} of ${done} targets wait for Memcached. They are kept and delivered when it answers.`
  }
  return `Cleared ${done} targets.`
}
