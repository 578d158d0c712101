import { randomUUID } from "node:crypto"
import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { AdminCacheInvalidationResponse, AdminCacheInvalidationsResponse } from "../../../../types/http"
import { invalidateCacheWorkflow } from "../../../../workflows"
import { type Refusal, refuseRun } from "../../../too-many-runs"
import { authorOf } from "../context/author"
import { monitorOf } from "../context/monitor"
import { pageInfo, pageOf } from "../context/page"
import { requestedCache, requiredCache } from "../context/requested-cache"
import { invalidationOf, invalidationSummaryOf } from "../presenters/invalidation"
import type { ListQuery } from "../validators"
import type { InvalidationBody } from "./validators"

/** Newest first. With `provider_id` those of one provider, else all. */
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

/** Starts a background job, whose progress is at `GET /admin/cache/invalidation?id=`; 429 with too many of them under way. */
export async function POST(
  req: AuthenticatedMedusaRequest<InvalidationBody>,
  res: MedusaResponse<AdminCacheInvalidationResponse | Refusal>
): Promise<void> {
  const body = req.validatedBody
  const { providerId } = requiredCache(req.scope, body.provider_id)
  const { invalidations, queue } = monitorOf(req.scope)
  const transactionId = randomUUID()
  if (!queue.tryJoin(transactionId)) return refuseRun(res)
  const input = {
    tags: body.tags,
    keys: body.keys,
    entities: body.entities,
    patterns: body.patterns,
    all: body.all,
    providerId,
    autoInvalidateOnly: body.auto_invalidate_only === true,
    dryRun: body.dry_run === true,
    createdBy: authorOf(req.auth_context),
  }
  try {
    await invalidateCacheWorkflow(req.scope).run({ input, context: { transactionId } })
  } catch (error) {
    queue.leave(transactionId)
    throw error
  }
  const invalidation = await invalidations.find(transactionId)
  if (!invalidation) {
    throw new MedusaError(MedusaError.Types.UNEXPECTED_STATE, "The invalidation could not be started. Try again.")
  }
  res.status(202).json({ invalidation: invalidationOf(invalidation) })
}
