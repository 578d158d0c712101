import { randomUUID } from "node:crypto"
import type {
  AuthenticatedMedusaRequest,
  MedusaNextFunction,
  MedusaResponse,
  MiddlewareRoute,
} from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { CACHE_MONITOR } from "../modules/cache-monitor"
import type { CacheMonitorService } from "../modules/cache-monitor/service"
import { CLEAR_CACHE } from "../policies/cache"
import { invalidateCacheWorkflowId } from "../workflows"
import { authorOf, permissionsOf } from "./admin/cache/context"
import { refuseRun } from "./too-many-runs"

/**
 * Medusa's own route, which runs every workflow for anyone who may read executions. The id is matched and decoded as
 * Medusa does it.
 */
const ROUTE = "/admin/workflows-executions/:workflow_id"

/**
 * Guards everything that Medusa's routes allow with a workflow, now or later: running it, or answering one of its steps
 * (Medusa 2.21.2).
 */
export const workflowRoutes: MiddlewareRoute[] = [
  { matcher: `${ROUTE}/*`, methods: ["POST", "PUT", "PATCH", "DELETE"], middlewares: [requireClear as Handler] },
  { matcher: `${ROUTE}/run`, methods: ["POST"], middlewares: [joinQueue as Handler] },
]

type Handler = NonNullable<MiddlewareRoute["middlewares"]>[number]
type Request = AuthenticatedMedusaRequest<{ transaction_id?: string }>

/**
 * Requires the same permission for the plugin's own workflow as its own routes do. It also sets the author, so that
 * nobody can run the workflow in another's name.
 */
async function requireClear(req: Request, _res: MedusaResponse, next: MedusaNextFunction): Promise<void> {
  if (!isOwn(req)) return next()
  const { clear } = await permissionsOf(req.scope, req.auth_context)
  if (!clear) {
    const { resource, operation } = CLEAR_CACHE
    const message = `Insufficient permissions. Required policies: ${resource}:${operation}`
    throw new MedusaError(MedusaError.Types.FORBIDDEN, message)
  }
  // Runs before Medusa's validation, which continues with this body.
  const body: unknown = req.body
  const input = isObject(body) && "input" in body ? body.input : undefined
  if (isObject(input)) Object.assign(input, { createdBy: authorOf(req.auth_context) })
  next()
}

/** Refuses a run that cannot begin soon, like POST /admin/cache/invalidations, before anything is written for it. */
function joinQueue(req: Request, res: MedusaResponse, next: MedusaNextFunction): void {
  const monitor = req.scope.resolve<CacheMonitorService | undefined>(CACHE_MONITOR, { allowUnregistered: true })
  if (!isOwn(req) || !monitor) return next()
  const id = (req.validatedBody.transaction_id ??= randomUUID())
  if (monitor.queue.tryJoin(id)) next()
  else refuseRun(res)
}

const isOwn = ({ params }: Request): boolean => params.workflow_id === invalidateCacheWorkflowId

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null
