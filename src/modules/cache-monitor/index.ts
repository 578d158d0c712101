import type { ModuleExports } from "@medusajs/framework/types"
import { Module } from "@medusajs/framework/utils"
import { CACHE_MONITOR } from "./running-cache"
import { CacheMonitorService } from "./service"

export { CACHE_MONITOR }

// The type is given, because the inferred one names a package that a shop need not have. The module has no models to
// link to.
const cacheMonitorModule: ModuleExports<typeof CacheMonitorService> = Module(CACHE_MONITOR, {
  service: CacheMonitorService,
})

export default cacheMonitorModule
