import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { CACHE_MONITOR } from ".."

interface Shop {
  readonly flagOn?: boolean
  readonly defaultProviderId?: string
  readonly caches?: readonly string[]
}

/** A container of a shop that is configured so. */
export function scopeOf({ flagOn = true, defaultProviderId, caches = [] }: Shop): MedusaContainer {
  const registered: Readonly<Record<string, unknown>> = {
    [ContainerRegistrationKeys.FEATURE_FLAG_ROUTER]: {
      isFeatureEnabled: (flag: string) => flag === "caching" && flagOn,
    },
    [Modules.CACHING]: defaultProviderId === undefined ? undefined : { defaultProviderId },
    [CACHE_MONITOR]: { caches: () => new Map(caches.map((id) => [id, { servers: [{ id }] }])) },
  }
  return { resolve: (name: string) => registered[name] } as unknown as MedusaContainer
}
