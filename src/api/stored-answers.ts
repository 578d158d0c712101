import type { MedusaNextFunction, MedusaRequest, MedusaResponse, MiddlewareRoute } from "@medusajs/framework/http"
import { CACHE_MONITOR } from "../modules/cache-monitor"
import { requestedCache } from "../modules/cache-monitor/running-cache"
import type { CacheMonitorService } from "../modules/cache-monitor/service"

/**
 * Answers requests of the storefront from the cache. It comes after Medusa's own middlewares for /store, which find out
 * who asks, and after a shop's for `/store/*`, which may refuse somebody; and before those of the routes, which ask the
 * database. Medusa sorts by matchers: this one has a segment more than `/store/*`, and means the same to Express.
 */
export const storedAnswers: MiddlewareRoute[] = [{ matcher: "/store/*/?", methods: ["GET"], middlewares: [answer] }]

async function answer(req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction): Promise<void> {
  const monitor = req.scope.resolve<CacheMonitorService | undefined>(CACHE_MONITOR, { allowUnregistered: true })
  const { responses } = monitor ?? {}
  const route = responses?.routeOf({ method: req.method, path: req.baseUrl + req.path })
  const cache = responses && route && requestedCache(req.scope, undefined)?.cache
  if (!cache) return next()
  await responses.handle(route, cache, req, res, next)
}
