import type { MedusaContainer } from "@medusajs/framework/types"
import type { Cache } from "../../cache"
import { defaultProviderOf } from "./default-provider"

/** A cache that runs in this process, with the id of its provider. */
export interface RunningCache {
  readonly providerId: string
  readonly cache: Cache
}

/** The named one; else Medusa's default, if it is of this plugin; else the first. undefined: there is none, or none so named. */
export function chooseAmong(
  caches: ReadonlyMap<string, Cache>,
  scope: MedusaContainer,
  providerId: string | undefined
): RunningCache | undefined {
  const [first] = caches.keys()
  const defaultId = defaultProviderOf(scope)
  const chosenId = providerId ?? (defaultId !== undefined && caches.has(defaultId) ? defaultId : first)
  const cache = chosenId === undefined ? undefined : caches.get(chosenId)
  return chosenId !== undefined && cache ? { providerId: chosenId, cache } : undefined
}
