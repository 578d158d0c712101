import type { MedusaContainer } from "@medusajs/framework/types"
import { CACHE_MONITOR } from "../../../../modules/cache-monitor"
import type { CacheMonitorService } from "../../../../modules/cache-monitor/service"

export const monitorOf = (scope: MedusaContainer): CacheMonitorService =>
  scope.resolve<CacheMonitorService>(CACHE_MONITOR)
