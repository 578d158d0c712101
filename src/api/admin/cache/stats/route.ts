import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { AdminCacheStatsResponse } from "../../../../types/http"
import { requestedCache } from "../../../../modules/cache-monitor/running-cache"
import { emptyStats, statsOf } from "../presenters/stats"
import type { StatsQuery } from "./validators"

/** What all processes have counted in a range of time. */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, StatsQuery>,
  res: MedusaResponse<AdminCacheStatsResponse>
): Promise<void> {
  const { range, provider_id } = req.validatedQuery
  const requested = requestedCache(req.scope, provider_id)
  const stats = requested
    ? statsOf(range, requested.providerId, await requested.cache.insight.timeSeries.read(range))
    : emptyStats(range, Date.now())
  res.json({ stats })
}
