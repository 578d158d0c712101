import type { ICachingProviderService, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"

/** What Medusa has asked of a caching provider. */
export interface ProviderCalls {
  lookups: number
  hits: number
  sets: number
  clears: number
}

interface ProviderHolder {
  readonly providerService: { retrieveProvider(id: string): ICachingProviderService }
}

/** Counts from now on, between the Caching Module and its provider, without either knowing. */
export function countProviderCalls(container: MedusaContainer, providerId: string): ProviderCalls {
  const calls: ProviderCalls = { lookups: 0, hits: 0, sets: 0, clears: 0 }
  // The module's type does not show it.
  const caching = container.resolve(Modules.CACHING) as unknown as ProviderHolder
  const provider = caching.providerService.retrieveProvider(providerId)
  const get = provider.get.bind(provider)
  const set = provider.set.bind(provider)
  const clear = provider.clear.bind(provider)
  provider.get = (input) => {
    const found: Promise<unknown> = get(input)
    calls.lookups++
    return found.then((data) => {
      if (data !== null) calls.hits++
      return data
    })
  }
  provider.set = (input) => {
    calls.sets++
    return set(input)
  }
  provider.clear = (input) => {
    calls.clears++
    return clear(input)
  }
  return calls
}
