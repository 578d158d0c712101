import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import { CACHE_MONITOR } from "../../modules/cache-monitor"
import type { Invalidations } from "../../modules/cache-monitor/invalidations"
import type { RunQueue } from "../../modules/cache-monitor/run-queue"
import { chooseAmong, type RunningCache } from "../../modules/cache-monitor/running-cache"
import type { CacheMonitorService } from "../../modules/cache-monitor/service"

export interface ChosenCache extends RunningCache {
  readonly invalidations: Invalidations
  readonly queue: RunQueue
}

/** Throws NOT_ALLOWED with what to do when the module is not loaded. */
export function monitorOf(container: MedusaContainer): CacheMonitorService {
  const monitor = container.resolve<CacheMonitorService | undefined>(CACHE_MONITOR, { allowUnregistered: true })
  if (monitor) return monitor
  throw new MedusaError(MedusaError.Types.NOT_ALLOWED, MODULE_MISSING)
}

/** Throws NOT_ALLOWED with what to do when no cache runs in this process, NOT_FOUND when none has that id. */
export function chooseCache(container: MedusaContainer, providerId: string | undefined): ChosenCache {
  const monitor = monitorOf(container)
  const { invalidations, queue } = monitor
  const caches = monitor.caches()
  const chosen = chooseAmong(caches, container, providerId)
  if (chosen) return { ...chosen, invalidations, queue }
  if (caches.size === 0) throw new MedusaError(MedusaError.Types.NOT_ALLOWED, PROVIDER_MISSING)
  throw new MedusaError(
    MedusaError.Types.NOT_FOUND,
    `No cache with the providerId ${String(providerId)} is running. Running: ${[...caches.keys()].join(", ")}.`
  )
}

const MODULE_MISSING =
  "There is no cache to clear: the module of medusa-plugin-memcached is not loaded in this process. Add " +
  '{ resolve: "medusa-plugin-memcached", options: {} } to the plugins in medusa-config.ts, and restart Medusa.'

const PROVIDER_MISSING =
  "There is no cache to clear: no caching provider of medusa-plugin-memcached is running in this process. Add the module " +
  '"@medusajs/medusa/caching" to medusa-config.ts, with the provider { id: "caching-memcached", resolve: ' +
  '"medusa-plugin-memcached/providers/memcached", is_default: true }, and restart Medusa.'
