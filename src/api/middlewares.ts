import { defineMiddlewares } from "@medusajs/framework/http"
import { cacheMiddlewares } from "./admin/cache/middlewares"
import { requestFlows } from "./request-flows"
import { silentChanges } from "./silent-changes"
import { workflowRoutes } from "./workflow-routes"

export default defineMiddlewares({
  routes: [...requestFlows, ...cacheMiddlewares, ...silentChanges, ...workflowRoutes],
})
