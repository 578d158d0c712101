import { randomUUID } from "node:crypto"
import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { monitorOf, requestedCache, requiredCache } from "../../../../modules/cache-monitor/running-cache"
import type { AdminCacheInvalidationResponse, AdminCacheInvalidationsResponse } from "../../../../types/http"
import { startInvalidation } from "../../../../workflows/invalidate-cache/workflow"
import { type Refusal, refuseRun } from "../../../too-many-runs"
import type { InvalidationBody, ListQuery } from "../validators"
import { authorOf, pageInfo, pageOf } from "../context"
import { invalidationOf, invalidationSummaryOf } from "../presenters"

/** Lists invalidations, newest first: those of one provider with `provider_id`, otherwise all. */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, ListQuery>,
  res: MedusaResponse<AdminCacheInvalidationsResponse>
): Promise<void> {
  const query = req.validatedQuery
  const { provider_id: providerId } = query
  if (providerId !== undefined) requestedCache(req.scope, providerId)
  const all = await monitorOf(req.scope).invalidations.list()
  const matching = all.filter((invalidation) => providerId === undefined || invalidation.providerId === providerId)
  res.json({ invalidations: pageOf(matching, query).map(invalidationSummaryOf), ...pageInfo(matching, query) })
}

/**
 * Starts a background job, whose progress is at `GET /admin/cache/invalidation?id=`. Answers 429 when too many are
 * under way.
 */
export async function POST(
  req: AuthenticatedMedusaRequest<InvalidationBody>,
  res: MedusaResponse<AdminCacheInvalidationResponse | Refusal>
): Promise<void> {
  const { provider_id, auto_invalidate_only, dry_run, ...targets } = req.validatedBody
  const { providerId } = requiredCache(req.scope, provider_id)
  const { invalidations, queue } = monitorOf(req.scope)
  const id = randomUUID()
  if (!queue.tryJoin(id)) return refuseRun(res)
  await startInvalidation(req.scope, id, {
    ...targets,
    providerId,
    autoInvalidateOnly: auto_invalidate_only,
    dryRun: dry_run,
    createdBy: authorOf(req.auth_context),
  })
  const invalidation = await invalidations.find(id)
  if (!invalidation) {
    throw new MedusaError(MedusaError.Types.UNEXPECTED_STATE, "The invalidation could not be started. Try again.")
  }
  res.status(202).json({ invalidation: invalidationOf(invalidation, await invalidations.batchesOf(id)) })
}
