import { defineMiddlewares } from "@medusajs/framework/http"
import { cacheMiddlewares } from "./admin/cache/middlewares"
import { requestFlows } from "./request-flows"
import { workflowRoutes } from "./workflow-routes"

export default defineMiddlewares({ routes: [...requestFlows, ...cacheMiddlewares, ...workflowRoutes] })
