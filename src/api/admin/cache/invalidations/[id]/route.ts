import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { AdminCacheInvalidationResponse } from "../../../../../types/http"
import { invalidationsOf } from "../../context/invalidations"
import { invalidationOf } from "../../presenters/invalidation"

/** One invalidation with its batches. */
export async function GET(
  req: AuthenticatedMedusaRequest,
  res: MedusaResponse<AdminCacheInvalidationResponse>
): Promise<void> {
  const { id = "" } = req.params
  const invalidation = await invalidationsOf(req.scope).find(id)
  if (!invalidation) throw new MedusaError(MedusaError.Types.NOT_FOUND, `Invalidation with id: ${id} was not found`)
  res.json({ invalidation: invalidationOf(invalidation) })
}
