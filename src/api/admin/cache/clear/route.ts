import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { clearTargets, countEntries } from "../../../../modules/cache-monitor/clear"
import { monitorOf, requiredCache } from "../../../../modules/cache-monitor/running-cache"
import { resolveTargets } from "../../../../modules/cache-monitor/targets"
import type { AdminCacheClearResponse } from "../../../../types/http"
import { authorOf } from "../context"
import { clearResultOf } from "./clear-result"
import { type ClearBody, warmDefaults } from "../validators"
import { requiredAddress, warmOf } from "../warm/warm"

/**
 * Clears up to 100 targets. Answers when that is done, or when it has to wait for Memcached. With `warm` it then starts
 * to rebuild what is wanted most.
 */
export async function POST(
  req: AuthenticatedMedusaRequest<ClearBody>,
  res: MedusaResponse<AdminCacheClearResponse>
): Promise<void> {
  const body = req.validatedBody
  const requested = requiredCache(req.scope, body.provider_id)
  const warming = body.warm === true ? { ...warmDefaults, address: requiredAddress(req) } : undefined
  const targets = await resolveTargets(requested.cache.insight.tags, body)
  // Count first: afterwards there are none.
  const entries = await countEntries(requested.cache, targets)
  const { status, servers } = body.dry_run
    ? ({ status: "dry_run", servers: [] } as const)
    : await clearTargets(requested.cache, targets, body.auto_invalidate_only === true, authorOf(req.auth_context))
  const clear = clearResultOf(requested, { status, servers, targets, entries, nowMs: Date.now() })
  if (!warming) return void res.json({ clear })
  const run = status === "applied" ? await monitorOf(req.scope).warmRuns.start(requested, warming) : undefined
  res.json({ clear, warm: run ? warmOf(run) : null })
}
