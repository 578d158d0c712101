import { hostname } from "node:os"
import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { Cache } from "../../../../cache"
import { inactivityOf } from "../../../../modules/cache-monitor/activation"
import { monitorOf } from "../../../../modules/cache-monitor/running-cache"
import { CONTENT_TYPE, expositionOf } from "./exposition"
import { familiesOf, type ProviderReading } from "./families"

/**
 * Answers with the metrics of all providers in Prometheus' text format. Of Memcached it reads one item for each
 * provider, and the counters of each server.
 */
export async function GET(req: AuthenticatedMedusaRequest, res: MedusaResponse<string>): Promise<void> {
  const caches = [...monitorOf(req.scope).caches()]
  const providerIds = caches.map(([providerId]) => providerId)
  const providers = await Promise.all(caches.map(([providerId, cache]) => readingOf(providerId, cache)))
  const families = familiesOf({
    process: `${hostname()}:${process.pid}`,
    isActive: inactivityOf(req.scope, providerIds) === undefined,
    providers,
  })
  res.setHeader("content-type", CONTENT_TYPE)
  res.send(expositionOf(families))
}

async function readingOf(providerId: string, cache: Cache): Promise<ProviderReading> {
  const { insight } = cache
  // A sample that this process took earlier may be older than what another process has just answered.
  const readServers = insight.servers.read(0)
  const figures = await insight.timeSeries.readTotals()
  const reading = { providerId, figures, servers: await readServers }
  // The servers' answers may have changed what follows.
  const { version, pendingCalls } = cache.logStatus()
  return { ...reading, health: insight.health(), logVersion: version, pendingClears: pendingCalls }
}
