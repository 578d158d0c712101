import type { MedusaNextFunction, MedusaRequest, MedusaResponse, MiddlewareRoute } from "@medusajs/framework/http"
import { beginRequest, inFlow } from "../cache"
import { repeatableRequestOf } from "../modules/cache-monitor/repeatable-request"
import { answerPlaceOf } from "./stored-answers"

/**
 * Makes each request a flow of its own. What a request stores then belongs to what it has looked up, however deep in a
 * shop's own classes that was. Medusa's other entry points (jobs, subscribers of another process) have no place for
 * this. The request also counts among those that share the event loop, by which the cost of a load is known, and what
 * it looks up can be rebuilt by another one like it. What an answer is made of is noted from here on, since middlewares read
 * as well.
 */
export const requestFlows: MiddlewareRoute[] = [{ matcher: "/*", middlewares: [beginFlow] }]

function beginFlow(req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction): void {
  res.once("close", beginRequest())
  const place = answerPlaceOf(req)
  inFlow(
    () => {
      place?.responses.begin(req, place.cache)
      next()
    },
    repeatableRequestOf(req, place?.route.vary)
  )
}
