import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { sumOfSnapshots } from "../../../cache"
import type { AdminCacheResponse } from "../../../types/http"
import { defaultProviderOf, inactivityOf } from "../../../modules/cache-monitor/activation"
import { monitorOf } from "../../../modules/cache-monitor/running-cache"
import { defaultReadLag } from "../../../providers/memcached/read-lag"
import { permissionsOf } from "./context"
import { providerOf, responsesOf } from "./presenters"
import { statusOf } from "./status"
import { totalsOf } from "./stats/figures"
import { readVersions } from "./versions"

/** Returns the state of the cache over all its providers. */
export async function GET(req: AuthenticatedMedusaRequest, res: MedusaResponse<AdminCacheResponse>): Promise<void> {
  const monitor = monitorOf(req.scope)
  const caches = [...monitor.caches()].map(([providerId, cache]) => ({ providerId, cache }))
  const defaultProviderId = defaultProviderOf(req.scope)
  const [histories, permissions] = await Promise.all([
    Promise.all(
      caches.map(({ providerId, cache }) => cache.insight.timeSeries.read("1h", monitor.archiveOf(providerId)))
    ),
    permissionsOf(req.scope, req.auth_context),
  ])
  const inactivity = inactivityOf(
    req.scope,
    caches.map(({ providerId }) => providerId)
  )
  res.json({
    cache: {
      ...statusOf(
        caches.map(({ cache }) => cache.insight.health()),
        inactivity
      ),
      versions: readVersions(),
      providers: caches.map((requested) => providerOf(requested, defaultProviderId, defaultReadLag(req.scope))),
      totals: totalsOf(sumOfSnapshots(histories.map(({ totals }) => totals))),
      responses: responsesOf(monitor.responses),
      permissions,
    },
  })
}
