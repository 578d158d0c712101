import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { AdminCacheTagResponse } from "../../../../types/http"
import { aboutEach } from "../about"
import { pageInfo, pageOf } from "../context"
import { namesOf } from "../names"
import { requestedCache } from "../../../../modules/cache-monitor/running-cache"
import { entrySummaryOf, tagOf, unknownTag } from "../presenters"
import type { TagQuery } from "../validators"

/**
 * Returns one tag with a page of its entries, ordered by key. It also answers for an unknown tag, because the list of
 * known tags is incomplete.
 */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, TagQuery>,
  res: MedusaResponse<AdminCacheTagResponse>
): Promise<void> {
  const query = req.validatedQuery
  const { tag, provider_id: providerId } = query
  const cache = requestedCache(req.scope, providerId)?.cache
  if (!cache) {
    throw new MedusaError(MedusaError.Types.NOT_FOUND, "There is no tag: no cache is running in this process.")
  }
  const [known, keys, counts] = await Promise.all([
    cache.insight.tags.find(tag),
    cache.insight.tags.keysOf([tag]),
    cache.insight.entries.ofEach([tag]),
  ])
  keys.sort()
  const reports = await cache.insight.inspector.inspectAll(pageOf(keys, query))
  const [about, names] = await Promise.all([aboutEach(req.scope, reports), namesOf(req.scope, [tag])])
  const nowMs = Date.now()
  res.json({
    tag: tagOf(known ?? unknownTag(tag), counts?.get(tag) ?? null, names.get(tag)),
    entries: reports.map((report, i) => entrySummaryOf(report, nowMs, about[i] ?? null)),
    ...pageInfo(keys, query),
  })
}
