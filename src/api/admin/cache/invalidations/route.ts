import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { AdminCacheInvalidationResponse, AdminCacheInvalidationsResponse } from "../../../../types/http"
import { invalidateCacheWorkflow } from "../../../../workflows"
import { authorOf } from "../context/author"
import { pageInfo, pageOf } from "../context/page"
import { requestedCache, requiredCache } from "../context/requested-cache"
import { invalidationsOf } from "../context/invalidations"
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
  const all = await invalidationsOf(req.scope).list()
  const matching = all.filter((invalidation) => providerId === undefined || invalidation.providerId === providerId)
  res.json({ invalidations: pageOf(matching, query).map(invalidationSummaryOf), ...pageInfo(matching, query) })
}

/** Starts a background job, whose progress is at `GET /admin/cache/invalidation?id=`. */
export async function POST(
  req: AuthenticatedMedusaRequest<InvalidationBody>,
  res: MedusaResponse<AdminCacheInvalidationResponse>
): Promise<void> {
  const body = req.validatedBody
  const { providerId } = requiredCache(req.scope, body.provider_id)
  const { transaction } = await invalidateCacheWorkflow(req.scope).run({
    input: {
      tags: body.tags,
      keys: body.keys,
      entities: body.entities,
      patterns: body.patterns,
      all: body.all,
      providerId,
      autoInvalidateOnly: body.auto_invalidate_only === true,
      dryRun: body.dry_run === true,
      createdBy: authorOf(req.auth_context),
    },
  })
  const invalidation = await invalidationsOf(req.scope).find(transaction.transactionId)
  if (!invalidation) throw new MedusaError(MedusaError.Types.UNEXPECTED_STATE, "The invalidation was not started")
  res.status(202).json({ invalidation: invalidationOf(invalidation) })
}
