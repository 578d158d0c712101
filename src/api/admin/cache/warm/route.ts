import type { AuthenticatedMedusaRequest, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { monitorOf, requiredCache } from "../../../../modules/cache-monitor/running-cache"
import type { AdminCacheWarmResponse } from "../../../../types/http"
import type { WarmBody } from "../validators"
import { requiredAddress, warmOf } from "./warm"

/** Returns the newest run of the process that answers. */
export function GET(req: MedusaRequest, res: MedusaResponse<AdminCacheWarmResponse>): void {
  const { last } = monitorOf(req.scope).warmRuns
  res.json({ warm: last ? warmOf(last) : null })
}

/**
 * Rebuilds the most wanted of what was cleared, in the background. While a run is under way in this process, it answers
 * with that one.
 */
export async function POST(
  req: AuthenticatedMedusaRequest<WarmBody>,
  res: MedusaResponse<AdminCacheWarmResponse>
): Promise<void> {
  const { limit, provider_id } = req.validatedBody
  const requested = requiredCache(req.scope, provider_id)
  const run = await monitorOf(req.scope).warmRuns.start(requested, { address: requiredAddress(req), limit })
  res.status(202).json({ warm: warmOf(run) })
}
