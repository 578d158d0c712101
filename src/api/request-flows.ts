import type { MedusaNextFunction, MedusaRequest, MedusaResponse, MiddlewareRoute } from "@medusajs/framework/http"
import { inFlow } from "../cache"

/**
 * Makes each request a flow of its own. What a request stores then belongs to what it has looked up, however deep in a
 * shop's own classes that was. Medusa's other entry points (jobs, subscribers of another process) have no place for
 * this.
 */
export const requestFlows: MiddlewareRoute[] = [{ matcher: "/*", middlewares: [beginFlow] }]

function beginFlow(_req: MedusaRequest, _res: MedusaResponse, next: MedusaNextFunction): void {
  inFlow(() => next())
}
