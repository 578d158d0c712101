import type { ICachingModuleService, ICachingProviderService } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { MedusaModule } from "@medusajs/framework/modules-sdk"
import { initModules } from "@medusajs/test-utils"
import { CollectingLogger } from "./collecting-logger"
import { EventBus } from "./event-bus"
import { closeCache, memcachedServers, PATIENT, runningCaches } from "./memcached-subject"

/** The types that the module tells entities by. Products and all have their own modules in an application. */
const SCHEMA = `
  type Product { id: ID title: String handle: String status: String variants: [ProductVariant] }
  type ProductVariant { id: ID product_id: String sku: String prices: [Price] }
  type Price { id: ID amount: Float currency_code: String variant_id: String }
  type Region { id: ID name: String currency_code: String }
`

let opened = 0

/** Boots Medusa's Caching Module with the plugin as its provider, as an application does. */
export async function openModule(prefix: string) {
  const id = `module-${++opened}`
  const bus = new EventBus()
  const provider = {
    id,
    resolve: "./src/providers/memcached",
    options: { ...PATIENT, serverUrls: memcachedServers(), cachePrefix: prefix },
  }
  const logger = new CollectingLogger()
  MedusaModule.clearInstances()
  const schema = jest.spyOn(MedusaModule, "getAllJoinerConfigs").mockReturnValue([{ schema: SCHEMA }])
  const booted = (await initModules({
    modulesConfig: {
      [Modules.CACHING]: { resolve: "@medusajs/caching", options: { ttl: 777, providers: [provider] } },
    },
    injectedDependencies: {
      // The module knows of a database and has none of its own.
      [ContainerRegistrationKeys.PG_CONNECTION]: {},
      [ContainerRegistrationKeys.LOGGER]: logger,
      [Modules.EVENT_BUS]: bus,
    },
    databaseConfig: { clientUrl: "postgres://localhost/none", schema: "public" },
    preventConnectionDestroyWarning: true,
    cwd: process.cwd(),
  })) as { medusaApp: { modules: Record<string, unknown> } }
  schema.mockRestore()
  const service = booted.medusaApp.modules[Modules.CACHING] as ICachingModuleService
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
