import { ModuleProvider, Modules } from "@medusajs/framework/utils"
import connectionLoader from "./loaders/connection"
import { MemcachedCachingProvider } from "./service"

export default ModuleProvider(Modules.CACHING, {
  services: [MemcachedCachingProvider],
  loaders: [connectionLoader],
})
