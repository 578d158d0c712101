import type { ConfigModule, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"

/**
 * The index engine hears of changes by the same events that clear, and then takes some time: seconds when there are
 * many changes.
 */
const INDEX_LAG_SECONDS = 30

/** Returns the default of the option `readLag`, in seconds. */
export function defaultReadLag(container: Pick<MedusaContainer, "resolve">): number {
  const config = container.resolve<ConfigModule | undefined>(ContainerRegistrationKeys.CONFIG_MODULE, {
    allowUnregistered: true,
  })
  return config?.modules?.[Modules.INDEX] ? INDEX_LAG_SECONDS : 0
}
