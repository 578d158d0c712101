import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import type { Cache } from "../../cache"
import { defaultProviderOf, inactivityOf } from "./activation"
import { shown } from "./problem"
import type { CacheMonitorService } from "./service"

/** The name of the module in the container. */
export const CACHE_MONITOR = "cacheMonitor"

/** A cache that runs in this process, with the id of its provider. */
export interface RunningCache {
  readonly providerId: string
  readonly cache: Cache
}

/** Returns the module's service. Throws NOT_ALLOWED with what to do when the module is not loaded. */
export function monitorOf(scope: MedusaContainer): CacheMonitorService {
  const monitor = scope.resolve<CacheMonitorService | undefined>(CACHE_MONITOR, { allowUnregistered: true })
  if (monitor) return monitor
  throw new MedusaError(
    MedusaError.Types.NOT_ALLOWED,
    "There is no cache to clear: the module of medusa-plugin-memcached is not loaded in this process. Add " +
      '{ resolve: "medusa-plugin-memcached", options: {} } to the plugins in medusa-config.ts, and restart Medusa.'
  )
}

/**
 * Returns the requested cache: the named one, otherwise Medusa's default if it is of this plugin, otherwise the first.
 * Undefined when none runs. Throws NOT_FOUND for a name that no provider has.
 */
export function requestedCache(scope: MedusaContainer, providerId: string | undefined): RunningCache | undefined {
  const caches = monitorOf(scope).caches()
  const [first] = caches.keys()
  const defaultId = defaultProviderOf(scope)
  const chosenId = providerId ?? (defaultId !== undefined && caches.has(defaultId) ? defaultId : first)
  const cache = chosenId === undefined ? undefined : caches.get(chosenId)
  if (chosenId !== undefined && cache) return { providerId: chosenId, cache }
  if (providerId === undefined) return undefined
  const known = [...caches.keys()].join(", ")
  throw new MedusaError(
    MedusaError.Types.NOT_FOUND,
    `No cache with the provider id ${shown(providerId)} is running. ${known ? `Running: ${known}.` : "None is running."}`
  )
}

/** Returns the requested cache where one is required. Throws NOT_ALLOWED with what to do when none runs. */
export function requiredCache(scope: MedusaContainer, providerId: string | undefined): RunningCache {
  const requested = requestedCache(scope, providerId)
  if (requested) return requested
  const todo = inactivityOf(scope, [])?.message ?? ""
  throw new MedusaError(MedusaError.Types.NOT_ALLOWED, `There is no cache to work on. ${todo}`)
}
