import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import type { Cache } from "../../cache"
import { CACHE_MONITOR } from "../../modules/cache-monitor"
import { defaultProviderOf } from "../../modules/cache-monitor/default-provider"
import type { Invalidations } from "../../modules/cache-monitor/invalidations"
import type { CacheMonitorService } from "../../modules/cache-monitor/service"

export interface ChosenCache {
  readonly providerId: string
  readonly cache: Cache
  readonly invalidations: Invalidations
}

/** Throws NOT_ALLOWED with what to do when no cache runs in this process, NOT_FOUND when none has that id. */
export function chooseCache(container: MedusaContainer, providerId: string | undefined): ChosenCache {
  const monitor = container.resolve<CacheMonitorService | undefined>(CACHE_MONITOR, { allowUnregistered: true })
  if (!monitor) throw new MedusaError(MedusaError.Types.NOT_ALLOWED, MODULE_MISSING)
  const caches = monitor.caches()
  const [first] = caches.keys()
  if (first === undefined) throw new MedusaError(MedusaError.Types.NOT_ALLOWED, PROVIDER_MISSING)
  const defaultId = defaultProviderOf(container)
  const id = providerId ?? (defaultId !== undefined && caches.has(defaultId) ? defaultId : first)
  const cache = caches.get(id)
  if (cache) return { providerId: id, cache, invalidations: monitor.invalidations }
  throw new MedusaError(
    MedusaError.Types.NOT_FOUND,
    `No cache with providerId: ${id} runs. There is: ${[...caches.keys()].join(", ")}.`
  )
}

const MODULE_MISSING =
  "There is no cache to clear: the module of medusa-plugin-memcached is not loaded in this process. Add " +
  '{ resolve: "medusa-plugin-memcached", options: {} } to the plugins in medusa-config.ts, and restart Medusa.'

const PROVIDER_MISSING =
  "There is no cache to clear: no caching provider of medusa-plugin-memcached runs in this process. Add the module " +
  '"@medusajs/medusa/caching" to medusa-config.ts, with the provider { id: "caching-memcached", resolve: ' +
  '"medusa-plugin-memcached/providers/memcached", is_default: true }, and restart Medusa.'
