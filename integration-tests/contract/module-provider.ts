import { asValue, createContainer } from "@medusajs/framework/awilix"
import type { ICachingProviderService, Logger, ModuleProviderExports } from "@medusajs/framework/types"

type Service = new (cradle: object, moduleOptions: object) => ICachingProviderService
type Loader = (argument: object) => Promise<void>

export interface LoadedProvider {
  readonly cache: ICachingProviderService
  /** Everything that the loaders have registered. */
  readonly cradle: Record<string, unknown>
}

/**
 * Builds a provider as modules-sdk does: the loaders get a container and the provider's options, the service gets the
 * container's contents and the options of the whole module.
 */
export async function loadProvider(
  provider: ModuleProviderExports,
  id: string,
  options: Record<string, unknown>,
  logger: Logger
): Promise<LoadedProvider> {
  const container = createContainer<Record<string, unknown>>({ injectionMode: "PROXY" })
  container.register({ logger: asValue(logger) })
  const moduleOptions = { ttl: 3_600, providers: [{ id, resolve: "./provider", options }] }

  const [ServiceClass] = provider.services as unknown as Service[]
  if (ServiceClass === undefined) throw new Error("The provider has no service")
  for (const loader of (provider.loaders ?? []) as unknown as Loader[]) {
    await loader({ container, logger, options, moduleOptions })
  }
  return { cache: new ServiceClass(container.cradle, moduleOptions), cradle: container.cradle }
}
