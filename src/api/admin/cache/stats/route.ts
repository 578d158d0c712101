import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { noFigures } from "../../../../cache"
import type { AdminCacheStatsResponse } from "../../../../types/http"
import { sendCsv, wantsCsv } from "../csv/answer"
import { monitorOf, requestedCache } from "../../../../modules/cache-monitor/running-cache"
import { statsOf } from "./figures"
import type { StatsQuery } from "../validators"

const COLUMNS = ["entity", "lookups", "hits", "hit_rate", "hit_ms", "build_ms", "cleared", "cleared_by"] as const

/** Returns the counts of all processes in a range of time. As CSV it is the table of entity types. */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, StatsQuery>,
  res: MedusaResponse<AdminCacheStatsResponse | string>
): Promise<void> {
  const { range, provider_id } = req.validatedQuery
  const requested = requestedCache(req.scope, provider_id)
  const figures = requested
    ? await requested.cache.insight.timeSeries.read(range, monitorOf(req.scope).archiveOf(requested.providerId))
    : noFigures(Date.now())
  const stats = statsOf(range, requested?.providerId ?? null, figures)
  if (wantsCsv(req)) {
    const rows = stats.by_entity.map(({ misses, cleared_by, ...row }) => ({
      ...row,
      cleared: misses.cleared,
      cleared_by: cleared_by.map(({ tag }) => tag),
    }))
    return sendCsv(res, "cache-entities", COLUMNS, rows)
  }
  res.json({ stats })
}
