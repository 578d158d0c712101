import { Module } from "@medusajs/framework/utils"
import { CacheMonitorService } from "./service"

/** The module's name in the container. */
export const CACHE_MONITOR = "cacheMonitor"

export default Module(CACHE_MONITOR, { service: CacheMonitorService })
