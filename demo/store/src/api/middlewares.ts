import {
  defineMiddlewares,
  type MedusaNextFunction,
  type MedusaRequest,
  type MedusaResponse,
} from "@medusajs/framework/http"
import { type RequestLookups, withLookups } from "../request-lookups"

/** `x-cache: hits=3 misses=0`: what the lookups of this request came to. */
function reportLookups(_req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction): void {
  const lookups: RequestLookups = { hits: 0, misses: 0 }
  const json = res.json.bind(res)
  res.json = (body) => {
    res.setHeader("x-cache", `hits=${lookups.hits} misses=${lookups.misses}`)
    return json(body)
  }
  withLookups(lookups, () => next())
}

export default defineMiddlewares({
  routes: [{ matcher: "/store/*", middlewares: [reportLookups] }],
})
