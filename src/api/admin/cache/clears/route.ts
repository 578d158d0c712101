import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { AdminCacheClearsResponse } from "../../../../types/http"
import { pageInfo, pageOf } from "../context"
import { requestedCache } from "../../../../modules/cache-monitor/running-cache"
import { clearLineOf } from "../presenters"
import type { ListQuery } from "../validators"

/** Lists recent clears of every origin and all processes, newest first. */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, ListQuery>,
  res: MedusaResponse<AdminCacheClearsResponse>
): Promise<void> {
  const query = req.validatedQuery
  const cache = requestedCache(req.scope, query.provider_id)?.cache
  const { clears, complete } = (await cache?.insight.clears.recent()) ?? { clears: [], complete: true }
  res.json({ clears: pageOf(clears, query).map(clearLineOf), ...pageInfo(clears, query), complete })
}
