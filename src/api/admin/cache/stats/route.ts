import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { noFigures } from "../../../../cache"
import type { AdminCacheStatsResponse } from "../../../../types/http"
import { monitorOf, requestedCache } from "../../../../modules/cache-monitor/running-cache"
import { statsOf } from "./figures"
import type { StatsQuery } from "../validators"

/** Returns the counts of all processes in a range of time. */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, StatsQuery>,
  res: MedusaResponse<AdminCacheStatsResponse>
): Promise<void> {
  const { range, provider_id } = req.validatedQuery
  const requested = requestedCache(req.scope, provider_id)
  const figures = requested
    ? await requested.cache.insight.timeSeries.read(range, monitorOf(req.scope).archiveOf(requested.providerId))
    : noFigures(Date.now())
  res.json({ stats: statsOf(range, requested?.providerId ?? null, figures) })
}
