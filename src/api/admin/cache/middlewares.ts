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
import { wantsCsv } from "./csv/answer"
import {
  clearBody,
  clearsTableQuery,
  entriesQuery,
  entryQuery,
  invalidationBody,
  invalidationQuery,
  listQuery,
  nothing,
  providerQuery,
  serverQuery,
  statsQuery,
  tagQuery,
  tagsQuery,
  tagsTableQuery,
  warmBody,
} from "./validators"
import { jsonReader } from "./request/json-body"

type Policy = typeof READ_CACHE
type Handler = (req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) => void | Promise<void>

/** A route with `policies`, which Medusa honours although the type of `defineMiddlewares` lacks it. */
interface GuardedRoute extends MiddlewareRoute {
  readonly policies?: Pick<Policy, "resource" | "operation">[]
}

/** Room for a hundred keys of the greatest length, with some of their letters escaped. */
const CLEAR_BODY_MB = 2

/** Room for 100,000 targets of 160 bytes. */
const INVALIDATION_BODY_MB = 16

/** Far more than its two fields need. */
const WARM_BODY_MB = 1

const guarded: GuardedRoute[] = [
  read("/admin/cache", nothing),
  read("/admin/cache/stats", statsQuery),
  read("/admin/cache/servers", providerQuery),
  read("/admin/cache/metrics", nothing),
  read("/admin/cache/tags", tagsQuery, tagsTableQuery),
  read("/admin/cache/tag", tagQuery),
  read("/admin/cache/entry", entryQuery),
  read("/admin/cache/entries", entriesQuery),
  read("/admin/cache/clears", listQuery, clearsTableQuery),
  read("/admin/cache/invalidations", listQuery),
  read("/admin/cache/invalidation", invalidationQuery),
  read("/admin/cache/warm", nothing),
  clear("DELETE", "/admin/cache/entry", query(entryQuery)),
  clear("DELETE", "/admin/cache/server", query(serverQuery)),
  clear("POST", "/admin/cache/clear", body(clearBody, CLEAR_BODY_MB)),
  clear("POST", "/admin/cache/invalidations", body(invalidationBody, INVALIDATION_BODY_MB)),
  clear("POST", "/admin/cache/warm", body(warmBody, WARM_BODY_MB)),
]

/**
 * Medusa parses bodies before it knows the sender, and 16 KB from a stranger would become millions of objects. So it
 * parses none for these routes, whatever the method. A body is read once the sender is known to have permission to
 * clear.
 */
const unparsed: GuardedRoute[] = [...new Set(guarded.map(({ matcher }) => matcher))].map((matcher) => ({
  matcher,
  bodyParser: false,
}))

/** Covers everything below the path, errors included, and comes before everything else. */
const unstored: GuardedRoute = { matcher: "/admin/cache", middlewares: [forbidStoring] }

export const cacheMiddlewares: GuardedRoute[] = [...unparsed, unstored, ...guarded]

type QuerySchema = ZodType<Record<string, unknown>>

function read(matcher: string, schema: QuerySchema, csvSchema = schema): GuardedRoute {
  return { matcher, methods: ["GET"], policies: [READ_CACHE], middlewares: [query(schema, csvSchema)] }
}

function clear(method: MiddlewareVerb, matcher: string, handler: Handler): GuardedRoute {
  return { matcher, methods: [method], policies: [CLEAR_CACHE], middlewares: [handler] }
}

function query(schema: QuerySchema, csvSchema = schema): Handler {
  return (req, _res, next) => {
    req.validatedQuery = accepted(wantsCsv(req) ? csvSchema : schema, req.query)
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

/** Forbids storing the answers, which contain keys, tags and data of the shop. */
function forbidStoring(_req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction): void {
  res.setHeader("cache-control", "no-store")
  next()
}
