import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { AdminCacheInvalidationResponse } from "../../../../types/http"
import { shown } from "../../../../modules/cache-monitor/problem"
import { monitorOf } from "../../../../modules/cache-monitor/running-cache"
import { invalidationOf } from "../presenters"
import type { InvalidationQuery } from "../validators"

/** Returns one invalidation with its batches. */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, InvalidationQuery>,
  res: MedusaResponse<AdminCacheInvalidationResponse>
): Promise<void> {
  const { id } = req.validatedQuery
  const { invalidations } = monitorOf(req.scope)
  const invalidation = await invalidations.find(id)
  if (!invalidation) {
    throw new MedusaError(MedusaError.Types.NOT_FOUND, `There is no invalidation with the id ${shown(id)}`)
  }
  res.json({ invalidation: invalidationOf(invalidation, await invalidations.batchesOf(id)) })
}
