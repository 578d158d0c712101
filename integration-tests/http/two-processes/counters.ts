import type { MedusaContainer } from "@medusajs/framework/types"
import type { StatisticsSnapshot } from "../../../src/cache"
import { CACHE_MONITOR } from "../../../src/modules/cache-monitor"
import type { CacheMonitorService } from "../../../src/modules/cache-monitor/service"

/** What the plugin has counted in this process, for the one provider of medusa-config.ts. */
export function countersIn(container: MedusaContainer): StatisticsSnapshot {
  const [cache] = container.resolve<CacheMonitorService>(CACHE_MONITOR).caches().values()
  if (cache === undefined) throw new Error("No cache runs in this process")
  return cache.insight.statistics.snapshot()
}
