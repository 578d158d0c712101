import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { AdminCacheTagsResponse } from "../../../../types/http"
import { pageInfo, pageOf } from "../context"
import { sendCsv, wantsCsv } from "../csv/answer"
import { requestedCache } from "../../../../modules/cache-monitor/running-cache"
import { namesOf, tagsNamed } from "../names"
import { tagOf } from "../presenters"
import { tagFilter, tagOrder } from "./tag-list"
import type { TagsQuery } from "../validators"

const CLEARED = ["last_cleared_at", "last_cleared_by", "last_cleared_actor_id"] as const
const COLUMNS = ["tag", "entity", "hits", "version", ...CLEARED] as const

/**
 * Lists tags of entries that were stored or hit within a week. Entries are only counted for the requested page, because
 * counting costs something for each tag. As CSV it is all matching tags, at most 16,384, without that count.
 */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, TagsQuery>,
  res: MedusaResponse<AdminCacheTagsResponse | string>
): Promise<void> {
  const query = req.validatedQuery
  const cache = requestedCache(req.scope, query.provider_id)?.cache
  const known = (await cache?.insight.tags.list()) ?? { tags: [], complete: true, truncated: false }
  const named = await tagsNamed(req.scope, query.q ?? "")
  const matching = known.tags.filter(tagFilter(query, named)).sort(tagOrder(query.order))
  if (wantsCsv(req)) {
    const rows = matching.map((tag) => tagOf(tag, null))
    return sendCsv(res, "cache-tags", COLUMNS, rows)
  }
  const page = pageOf(matching, query)
  const shown = page.map(({ tag }) => tag)
  const [entries, names] = await Promise.all([cache?.insight.entries.ofEach(shown), namesOf(req.scope, shown)])
  res.json({
    tags: page.map((tag) => tagOf(tag, entries?.get(tag.tag) ?? null, names.get(tag.tag))),
    ...pageInfo(matching, query),
    complete: known.complete,
    truncated: known.truncated,
  })
}
