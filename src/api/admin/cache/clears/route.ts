import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { AdminCacheClearsResponse } from "../../../../types/http"
import { pageInfo, pageOf } from "../context"
import { requestedCache } from "../../../../modules/cache-monitor/running-cache"
import { actorNamesOf, namesOf } from "../names"
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
  const page = pageOf(clears, query)
  const [tags, actors] = await Promise.all([
    namesOf(
      req.scope,
      page.flatMap(({ sample }) => sample.slice(0, 1))
    ),
    actorNamesOf(
      req.scope,
      page.map(({ actorId }) => actorId)
    ),
  ])
  res.json({
    clears: page.map((line) => clearLineOf(line, { tags, actors })),
    ...pageInfo(clears, query),
    complete,
  })
}
