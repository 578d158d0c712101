import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { AdminCacheEntryDeleteResponse, AdminCacheEntryResponse } from "../../../../types/http"
import { aboutEach } from "../about"
import { clearResultOf } from "../clear/clear-result"
import { clearTargets, countEntries } from "../../../../modules/cache-monitor/clear"
import { authorOf } from "../context"
import { requestedCache, requiredCache } from "../../../../modules/cache-monitor/running-cache"
import { entryOf } from "../presenters"
import type { EntryQuery } from "../validators"

/** The number of characters of the data that are returned. */
const PREVIEW_CHARS = 4_000

/** Returns one entry. If nothing is stored under the key, its state is "absent". */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, EntryQuery>,
  res: MedusaResponse<AdminCacheEntryResponse>
): Promise<void> {
  const { key, provider_id: providerId } = req.validatedQuery
  const requested = requestedCache(req.scope, providerId)
  if (!requested) {
    throw new MedusaError(MedusaError.Types.NOT_FOUND, "There is no entry: no cache is running in this process.")
  }
  const report = await requested.cache.insight.inspector.inspect(key, { previewChars: PREVIEW_CHARS })
  const [about] = await aboutEach(req.scope, [report])
  res.json({ entry: entryOf(report, Date.now(), about ?? null) })
}

export async function DELETE(
  req: AuthenticatedMedusaRequest<unknown, EntryQuery>,
  res: MedusaResponse<AdminCacheEntryDeleteResponse>
): Promise<void> {
  const { key, provider_id: providerId } = req.validatedQuery
  const requested = requiredCache(req.scope, providerId)
  const targets = { tags: [], keys: [key], all: false, complete: true }
  const entries = await countEntries(requested.cache, targets)
  const { status, servers } = await clearTargets(requested.cache, targets, false, authorOf(req.auth_context))
  const clear = clearResultOf(requested, { status, servers, targets, entries, nowMs: Date.now() })
  res.json({ id: key, object: "cache_entry", deleted: status === "applied", clear })
}
