import type { MedusaNextFunction, MedusaRequest, MedusaResponse, MiddlewareRoute } from "@medusajs/framework/http"
import type { Cache } from "../cache"
import { CACHE_MONITOR } from "../modules/cache-monitor"
import { defaultProviderOf } from "../modules/cache-monitor/activation"
import { requestedCache } from "../modules/cache-monitor/running-cache"
import type { CacheMonitorService } from "../modules/cache-monitor/service"
import type { Responses } from "../responses"

/**
 * Answers requests of the storefront from the cache. It comes after Medusa's own middlewares for /store, which find out
 * who asks, and after a shop's for `/store/*`, which may refuse somebody; and before those of the routes, which ask the
 * database. Medusa sorts by matchers: this one has a segment more than `/store/*`, and means the same to Express.
 */
export const storedAnswers: MiddlewareRoute[] = [{ matcher: "/store/*/?", methods: ["GET"], middlewares: [answer] }]

/** Where the answer to a request is stored. */
export interface AnswerPlace {
  readonly responses: Responses
  readonly route: NonNullable<ReturnType<Responses["routeOf"]>>
  readonly cache: Cache
}

const places = new WeakMap<MedusaRequest, AnswerPlace>()

async function answer(req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction): Promise<void> {
  const place = places.get(req)
  if (!place) return next()
  await place.responses.handle(place.route, place.cache, req, res, next)
}

/** Returns where the answer to a request is stored. Undefined if it is not. Call it once, before anything is answered. */
export function answerPlaceOf(req: MedusaRequest): AnswerPlace | undefined {
  const monitor = req.scope.resolve<CacheMonitorService | undefined>(CACHE_MONITOR, { allowUnregistered: true })
  const { responses } = monitor ?? {}
  const route = responses?.routeOf({ method: req.method, path: req.baseUrl + req.path })
  const running = responses && route && requestedCache(req.scope, undefined)
  if (!running) return undefined
  // Medusa tells nobody else of changes.
  if (defaultProviderOf(req.scope) !== running.providerId) {
    responses.refuse(route, "another provider is the default of Medusa's Caching Module")
    return undefined
  }
  const place = { responses, route, cache: running.cache }
  places.set(req, place)
  return place
}
