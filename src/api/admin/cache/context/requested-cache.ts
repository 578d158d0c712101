import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import type { Cache } from "../../../../cache"
import { shown } from "../../../../modules/cache-monitor/clear-targets"
import { chooseAmong, type RunningCache } from "../../../../modules/cache-monitor/running-cache"
import { inactivityOf } from "./activation"
import { monitorOf } from "./monitor"

/** All that run in this process, by provider id. Empty when the plugin is installed but no provider is configured. */
export function cachesOf(scope: MedusaContainer): ReadonlyMap<string, Cache> {
  return monitorOf(scope).caches()
}

/**
 * The cache that a request is about: the named one; else Medusa's default, if it is of this plugin; else the first.
 * undefined: none runs. Throws NOT_FOUND for a name that no provider has.
 */
export function requestedCache(scope: MedusaContainer, providerId: string | undefined): RunningCache | undefined {
  const caches = cachesOf(scope)
  const requested = chooseAmong(caches, scope, providerId)
  if (requested || providerId === undefined) return requested
  const known = [...caches.keys()].join(", ")
  throw new MedusaError(
    MedusaError.Types.NOT_FOUND,
    `No cache with the provider_id ${shown(providerId)} is running. ${known ? `Running: ${known}.` : "None is running."}`
  )
}

/** For what cannot be answered without a cache. Throws NOT_ALLOWED with what to do when none runs. */
export function requiredCache(scope: MedusaContainer, providerId: string | undefined): RunningCache {
  const requested = requestedCache(scope, providerId)
  if (requested) return requested
  const todo = inactivityOf(scope, [])?.message ?? ""
  throw new MedusaError(MedusaError.Types.NOT_ALLOWED, `No cache is running in this process. ${todo}`)
}
