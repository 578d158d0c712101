import { defineMiddlewares } from "@medusajs/framework/http"
import { cacheMiddlewares } from "./admin/cache/middlewares"
import { silentChanges } from "./silent-changes"
import { workflowRoutes } from "./workflow-routes"

export default defineMiddlewares({ routes: [...cacheMiddlewares, ...silentChanges, ...workflowRoutes] })
