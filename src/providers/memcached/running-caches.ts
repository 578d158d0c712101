import type { Cache } from "../../cache"

/**
 * The running caches of this process by provider id. Medusa gives a plugin's modules no way to a provider's instance, and
 * two copies of this package may be loaded (a link, hot reload), so the map hangs on a symbol that they share.
 */
const REGISTRY = Symbol.for("medusa-plugin-memcached.caches")

type Holder = { [REGISTRY]?: Map<string, Cache> }

export function runningCaches(): Map<string, Cache> {
  const holder = globalThis as Holder
  holder[REGISTRY] ??= new Map<string, Cache>()
  return holder[REGISTRY]
}
