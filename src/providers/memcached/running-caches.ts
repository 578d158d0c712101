import type { Cache } from "../../cache"

/**
 * The key of the running caches of this process, by provider id. Medusa gives a plugin's modules no access to a
 * provider's instance. Two copies of this package may be loaded (a link, hot reload), so the map is stored under a
 * symbol that they share.
 */
const REGISTRY = Symbol.for("medusa-plugin-memcached.caches")

type Holder = { [REGISTRY]?: Map<string, Cache> }

export function runningCaches(): Map<string, Cache> {
  const holder = globalThis as Holder
  holder[REGISTRY] ??= new Map<string, Cache>()
  return holder[REGISTRY]
}
