import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { AdminCacheInvalidationResponse } from "../../../../types/http"
import { shown } from "../../../../modules/cache-monitor/clear-targets"
import { monitorOf } from "../context/monitor"
import { invalidationOf } from "../presenters/invalidation"
import type { InvalidationQuery } from "./validators"

/** One invalidation with its batches. */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, InvalidationQuery>,
  res: MedusaResponse<AdminCacheInvalidationResponse>
): Promise<void> {
  const { id } = req.validatedQuery
  const invalidation = await monitorOf(req.scope).invalidations.find(id)
  if (!invalidation) {
    throw new MedusaError(MedusaError.Types.NOT_FOUND, `There is no invalidation with the id ${shown(id)}`)
  }
  res.json({ invalidation: invalidationOf(invalidation) })
}
