import { defineMiddlewares } from "@medusajs/framework/http"
import { cacheMiddlewares } from "./admin/cache/middlewares"
import { silentChanges } from "./silent-changes"

export default defineMiddlewares({ routes: [...cacheMiddlewares, ...silentChanges] })
