import type { Invalidation, InvalidationBatch } from "../../../../modules/cache-monitor/invalidation"
import type { AdminCacheInvalidation } from "../../../../types/http"
import { isoOf, isoOrNull } from "./time"

export const invalidationOf = (
  invalidation: Invalidation,
  batches: readonly InvalidationBatch[]
): AdminCacheInvalidation => ({
  ...invalidationSummaryOf(invalidation),
  batches: batches.map(({ index, targets, status, attempts, durationMs }) => ({
    index,
    targets,
    status,
    attempts,
    duration_ms: durationMs,
  })),
})

export const invalidationSummaryOf = (invalidation: Invalidation): Omit<AdminCacheInvalidation, "batches"> => ({
  id: invalidation.id,
  state: invalidation.state,
  dry_run: invalidation.dryRun,
  provider_id: invalidation.providerId,
  total: invalidation.total,
  done: invalidation.done,
  pending: invalidation.pending,
  retries: invalidation.retries,
  created_by: invalidation.createdBy,
  started_at: isoOf(invalidation.startedAtMs),
  ended_at: isoOrNull(invalidation.endedAtMs),
  duration_ms: invalidation.durationMs,
  message: invalidation.message,
})
