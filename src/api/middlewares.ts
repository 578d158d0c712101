import { defineMiddlewares } from "@medusajs/framework/http"
import { cacheMiddlewares } from "./admin/cache/middlewares"
import { requestFlows } from "./request-flows"
import { storedAnswers } from "./stored-answers"
import { workflowRoutes } from "./workflow-routes"

export default defineMiddlewares({
  routes: [...requestFlows, ...storedAnswers, ...cacheMiddlewares, ...workflowRoutes],
})
