import { MedusaApp, MedusaModule } from "@medusajs/framework/modules-sdk"
import type { ICachingModuleService, Logger } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import type { EventBus } from "./event-bus"

/** The types that the module tells entities by. Products and all have their own modules in an application. */
const SCHEMA = `
  type Product { id: ID title: String handle: String status: String variants: [ProductVariant] }
  type ProductVariant { id: ID product_id: String sku: String prices: [Price] }
  type Price { id: ID amount: Float currency_code: String variant_id: String }
  type Region { id: ID name: String currency_code: String }
`

export interface ModuleProvider {
  readonly id: string
  /** A path from the working directory, or the name of a package. */
  readonly resolve: string
  readonly options: object
}

/** Boots Medusa's Caching Module with one provider, as an application does, and with nothing else of it. */
export async function bootCachingModule(
  provider: ModuleProvider,
  bus: EventBus,
  logger: Logger
): Promise<ICachingModuleService> {
  MedusaModule.clearInstances()
  const getAllJoinerConfigs = MedusaModule.getAllJoinerConfigs.bind(MedusaModule)
  MedusaModule.getAllJoinerConfigs = () => [{ schema: SCHEMA }]
  try {
    const app = await MedusaApp({
      modulesConfig: {
        [Modules.CACHING]: { resolve: "@medusajs/caching", options: { ttl: 777, providers: [provider] } },
      },
      injectedDependencies: {
        // The module knows of a database and has none of its own.
        [ContainerRegistrationKeys.PG_CONNECTION]: {},
        [ContainerRegistrationKeys.LOGGER]: logger,
        [Modules.EVENT_BUS]: bus,
      },
      cwd: process.cwd(),
    })
    await app.onApplicationStart()
    return app.modules[Modules.CACHING] as unknown as ICachingModuleService
  } finally {
    MedusaModule.getAllJoinerConfigs = getAllJoinerConfigs
  }
}
