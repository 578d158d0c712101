import type { MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"

/** undefined without a Caching Module. It keeps the id in a field that its type does not show. */
export function defaultProviderOf(scope: MedusaContainer): string | undefined {
  const caching: unknown = scope.resolve(Modules.CACHING, { allowUnregistered: true })
  if (typeof caching !== "object" || caching === null || !("defaultProviderId" in caching)) return undefined
  return typeof caching.defaultProviderId === "string" ? caching.defaultProviderId : undefined
}
