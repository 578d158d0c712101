import type { MedusaContainer } from "@medusajs/framework/types"
import { CACHE_MONITOR } from "../../../../modules/cache-monitor"
import type { Invalidations } from "../../../../modules/cache-monitor/invalidations"
import type { CacheMonitorService } from "../../../../modules/cache-monitor/service"

export const invalidationsOf = (scope: MedusaContainer): Invalidations =>
  scope.resolve<CacheMonitorService>(CACHE_MONITOR).invalidations
