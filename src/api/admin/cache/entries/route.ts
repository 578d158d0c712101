import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { AdminCacheEntriesResponse } from "../../../../types/http"
import { type RememberedKey, sumsByEntity } from "../../../../cache"
import { requestedCache } from "../../../../modules/cache-monitor/running-cache"
import { aboutEach } from "../about"
import { pageInfo, pageOf } from "../context"
import { entrySummaryOf, isoOf } from "../presenters"
import type { EntriesQuery } from "../validators"
import { entryOrder } from "./entry-order"

/** Lists entries that this process has recently stored or hit: the largest, the dearest or the most wanted ones. */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, EntriesQuery>,
  res: MedusaResponse<AdminCacheEntriesResponse>
): Promise<void> {
  const query = req.validatedQuery
  const insight = requestedCache(req.scope, query.provider_id)?.cache.insight
  const known = insight?.keys.live() ?? []
  const named = known.filter(isNamed)
  const page = pageOf(named.sort(entryOrder(query.order)), query)
  const reports = (await insight?.inspector.inspectAll(page.map(({ name }) => name))) ?? []
  const about = await aboutEach(req.scope, reports)
  const nowMs = Date.now()
  res.json({
    entries: reports.map((report, i) => ({
      ...entrySummaryOf(report, nowMs, about[i] ?? null),
      hits: page[i]?.hits ?? 0,
    })),
    by_entity: sumsByEntity(known).map(({ entity, entries, bytes, oldestStoredAtMs }) => ({
      entity,
      entries,
      stored_bytes: bytes,
      oldest_stored_at: isoOf(oldestStoredAtMs),
    })),
    ...pageInfo(named, query),
  })
}

const isNamed = (key: RememberedKey): key is RememberedKey & { name: string } => key.name !== undefined
