import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { AdminCacheServersResponse } from "../../../../types/http"
import { requestedCache } from "../../../../modules/cache-monitor/running-cache"
import { serverOf } from "../presenters"
import type { ProviderQuery } from "../validators"

/** Lists every server of a provider, with Memcached's own counters. There are few servers, so there are no pages. */
export async function GET(
  req: AuthenticatedMedusaRequest<unknown, ProviderQuery>,
  res: MedusaResponse<AdminCacheServersResponse>
): Promise<void> {
  const requested = requestedCache(req.scope, req.validatedQuery.provider_id)
  const servers = requested ? await requested.cache.insight.servers.read() : []
  res.json({ servers: servers.map(serverOf), count: servers.length, offset: 0, limit: servers.length })
}
