import { MedusaModule } from "@medusajs/framework/modules-sdk"
import { Modules } from "@medusajs/framework/utils"

interface Strategy {
  computeTags(data: unknown, ...others: unknown[]): Promise<string[]>
}

const computed = new WeakSet<object>()
const watched = new WeakSet<object>()

/** Returns whether Medusa has computed tags from this data. */
export const hasComputedTags = (data: unknown): boolean =>
  typeof data === "object" && data !== null && computed.has(data)

/**
 * Notes from now on of which data the Caching Module of this process computes tags, because a set does not tell.
 * Medusa 2.15 to 2.21 do so with the method of this field.
 */
export function watchComputedTags(): void {
  for (const modules of MedusaModule.getLoadedModules()) {
    const service: unknown = modules[Modules.CACHING]
    if (typeof service !== "object" || service === null || !("strategy" in service)) continue
    const { strategy } = service
    if (!isStrategy(strategy) || watched.has(strategy)) continue
    watched.add(strategy)
    const computeTags = strategy.computeTags.bind(strategy)
    strategy.computeTags = (data, ...others) => {
      if (typeof data === "object" && data !== null) computed.add(data)
      return computeTags(data, ...others)
    }
  }
}

const isStrategy = (value: unknown): value is Strategy =>
  typeof value === "object" && value !== null && "computeTags" in value && typeof value.computeTags === "function"
