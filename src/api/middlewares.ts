import { defineMiddlewares } from "@medusajs/framework/http"
import { cacheMiddlewares } from "./admin/cache/middlewares"

export default defineMiddlewares({ routes: cacheMiddlewares })
