import type { ModuleProviderExports } from "@medusajs/framework/types"
import { ModuleProvider, Modules } from "@medusajs/framework/utils"
import connectionLoader from "./loaders/connection"
import { MemcachedCachingProvider } from "./service"

// The type is given, because the inferred one names a package that a shop need not have.
const memcachedProvider: ModuleProviderExports = ModuleProvider(Modules.CACHING, {
  services: [MemcachedCachingProvider],
  loaders: [connectionLoader],
})

export default memcachedProvider
