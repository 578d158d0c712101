import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { AdminCacheClearsResponse } from "../../../../types/http"
import { pageInfo, pageOf } from "../context"
import { sendCsv, wantsCsv } from "../csv/answer"
import { requestedCache } from "../../../../modules/cache-monitor/running-cache"
import { actorNamesOf, namesOf } from "../names"
import { clearLineOf } from "../presenters"
import type { ListQuery } from "../validators"

const COSTS = ["misses", "rebuild_ms"] as const
const COLUMNS = ["at", "origin", "actor_id", "all", "calls", "tags", "keys", "sample", "status", ...COSTS] as const

/** Lists recent clears of every origin and all processes, newest first. As CSV it is all of them, at most 200. */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, ListQuery>,
  res: MedusaResponse<AdminCacheClearsResponse | string>
): Promise<void> {
  const query = req.validatedQuery
  const cache = requestedCache(req.scope, query.provider_id)?.cache
  const { clears, complete } = (await cache?.insight.clears.recent()) ?? { clears: [], complete: true }
  if (wantsCsv(req)) {
    return sendCsv(
      res,
      "cache-clears",
      COLUMNS,
      clears.map((line) => clearLineOf(line))
    )
  }
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
