import type { ICachingModuleService, ICachingProviderService } from "@medusajs/framework/types"
import { bootCachingModule } from "./boot-caching-module"
import { CollectingLogger } from "../../testing/collecting-logger"
import { EventBus } from "./event-bus"
import { closeCache, memcachedServers, PATIENT, runningCaches } from "./memcached-subject"

let opened = 0

/** Boots Medusa's Caching Module with the plugin as its provider. */
export async function openModule(prefix: string) {
  const id = `module-${++opened}`
  const bus = new EventBus()
  const logger = new CollectingLogger()
  const options = { ...PATIENT, serverUrls: memcachedServers(), cachePrefix: prefix }
  const service = await bootCachingModule({ id, resolve: "./src/providers/memcached", options }, bus, logger)
  const cache = runningCaches().get(id)
  if (!cache) throw new Error("the provider has not started a cache")
  return { id, service, cache, bus, logger, close: () => closeCache(id) }
}

/** The module takes what a provider takes, and the tags that it would compute are never wanted here. */
export function asProvider(service: ICachingModuleService): ICachingProviderService {
  return {
    get: (input) => service.get(input),
    set: (input) => service.set({ ...input, tags: input.tags ?? [] }),
    clear: (input) => service.clear(input),
  }
}
