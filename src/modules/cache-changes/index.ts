import type { ModuleExports } from "@medusajs/framework/types"
import { Module } from "@medusajs/framework/utils"
import { CacheChangesService } from "./service"

/** The module's name in the container. */
export const CACHE_CHANGES = "cacheChanges"

// The type is given, because the inferred one names a package that a shop need not have. The module has no models to
// link to.
const cacheChangesModule: ModuleExports<typeof CacheChangesService> = Module(CACHE_CHANGES, {
  service: CacheChangesService,
})

export default cacheChangesModule
