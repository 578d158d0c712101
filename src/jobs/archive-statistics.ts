import type { MedusaContainer } from "@medusajs/framework/types"
import { isMissingTable } from "../modules/cache-monitor/missing-tables"
import { monitorOf } from "../modules/cache-monitor/running-cache"

export const config = { name: "memcached-archive-statistics", schedule: "* * * * *" }

/** Copies the newest statistics to the database, so that a restart of Memcached does not lose them. */
export default async function archiveStatistics(container: MedusaContainer): Promise<void> {
  const monitor = monitorOf(container)
  try {
    for (const [providerId, cache] of monitor.caches()) {
      await cache.insight.timeSeries.archive(monitor.archiveOf(providerId))
    }
  } catch (error) {
    // Without the migration, statistics are as old as Memcached. The log need not say so every minute.
    if (!isMissingTable(error)) throw error
  }
}
