import type {
  MedusaNextFunction,
  MedusaRequest,
  MedusaResponse,
  MiddlewareRoute,
  MiddlewareVerb,
} from "@medusajs/framework/http"
import type { ZodType } from "@medusajs/framework/zod"
import { CLEAR_CACHE, READ_CACHE } from "../../../policies/cache"
import { accepted } from "../../../modules/cache-monitor/problem"
import { clearBody, invalidationBody } from "./clear/validators"
import { entryQuery } from "./entry/validators"
import { invalidationQuery } from "./invalidation/validators"
import { jsonReader } from "./request/json-body"
import { statsQuery } from "./stats/validators"
import { tagQuery } from "./tag/validators"
import { tagsQuery } from "./tags/validators"
import { listQuery, nothing, providerQuery } from "./validators"

type Policy = typeof READ_CACHE
type Handler = (req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) => void | Promise<void>

/** The type of `defineMiddlewares` does not know `policies`, which Medusa honours. */
interface GuardedRoute extends MiddlewareRoute {
  readonly policies?: Pick<Policy, "resource" | "operation">[]
}

/** A hundred keys of the greatest length, and some of their letters escaped. */
const CLEAR_BODY_MB = 2

/** 100,000 targets of 160 bytes. */
const INVALIDATION_BODY_MB = 16

const guarded: GuardedRoute[] = [
  read("/admin/cache", nothing),
  read("/admin/cache/stats", statsQuery),
  read("/admin/cache/servers", providerQuery),
  read("/admin/cache/tags", tagsQuery),
  read("/admin/cache/tag", tagQuery),
  read("/admin/cache/entry", entryQuery),
  read("/admin/cache/clears", listQuery),
  read("/admin/cache/invalidations", listQuery),
  read("/admin/cache/invalidation", invalidationQuery),
  clear("DELETE", "/admin/cache/entry", query(entryQuery)),
  clear("POST", "/admin/cache/clear", body(clearBody, CLEAR_BODY_MB)),
  clear("POST", "/admin/cache/invalidations", body(invalidationBody, INVALIDATION_BODY_MB)),
]

/**
 * Medusa parses bodies before it knows who sends them: 16 KB from a stranger would become millions of objects. So it parses
 * none that comes here, whatever its method; what is wanted is read when the sender may clear.
 */
const unparsed: GuardedRoute[] = [...new Set(guarded.map(({ matcher }) => matcher))].map((matcher) => ({
  matcher,
  bodyParser: false,
}))

/** Everything below the path, and before all else that is done there: errors, too. */
const unstored: GuardedRoute = { matcher: "/admin/cache", middlewares: [forbidStoring] }

export const cacheMiddlewares: GuardedRoute[] = [...unparsed, unstored, ...guarded]

function read(matcher: string, schema: ZodType<Record<string, unknown>>): GuardedRoute {
  return { matcher, methods: ["GET"], policies: [READ_CACHE], middlewares: [query(schema)] }
}

function clear(method: MiddlewareVerb, matcher: string, handler: Handler): GuardedRoute {
  return { matcher, methods: [method], policies: [CLEAR_CACHE], middlewares: [handler] }
}

function query(schema: ZodType<Record<string, unknown>>): Handler {
  return (req, _res, next) => {
    req.validatedQuery = accepted(schema, req.query)
    next()
  }
}

function body(schema: ZodType, maxMegabytes: number): Handler {
  const readJson = jsonReader(maxMegabytes)
  return async (req, res, next) => {
    req.body = await readJson(req, res)
    req.validatedBody = accepted(schema, req.body)
    next()
  }
}

/** Keys, tags and data of the shop stand in the answers. */
function forbidStoring(_req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction): void {
  res.setHeader("cache-control", "no-store")
  next()
}
