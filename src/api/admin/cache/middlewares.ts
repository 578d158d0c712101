import {
  type MiddlewareRoute,
  type MiddlewareVerb,
  validateAndTransformBody,
  validateAndTransformQuery,
} from "@medusajs/framework/http"
import type { ZodType } from "@medusajs/framework/zod"
import { CLEAR_CACHE, READ_CACHE } from "../../../policies/cache"
import { clearBody } from "./clear/validators"
import { invalidationBody } from "./invalidations/validators"
import { statsQuery } from "./stats/validators"
import { tagEntriesQuery } from "./tags/[tag]/validators"
import { tagsQuery } from "./tags/validators"
import { listQuery, nothing, providerQuery } from "./validators"

type Policy = typeof READ_CACHE
type Handler = NonNullable<MiddlewareRoute["middlewares"]>[number]

/** The type of `defineMiddlewares` does not know `policies`, which Medusa honours. */
interface GuardedRoute extends MiddlewareRoute {
  readonly policies?: Pick<Policy, "resource" | "operation">[]
}

/** express.json takes 100 KB where nothing else is said. A key may have 10 KB, and a hundred of them may be named. */
const CLEAR_BODY_LIMIT = "2mb"

/** 100,000 targets of 160 bytes. */
const INVALIDATION_BODY_LIMIT = "16mb"

export const cacheMiddlewares: GuardedRoute[] = [
  read("/admin/cache", nothing),
  read("/admin/cache/stats", statsQuery),
  read("/admin/cache/servers", providerQuery),
  read("/admin/cache/tags", tagsQuery),
  read("/admin/cache/tags/:tag", tagEntriesQuery),
  read("/admin/cache/entries/:key", providerQuery),
  read("/admin/cache/clears", listQuery),
  read("/admin/cache/invalidations", listQuery),
  read("/admin/cache/invalidations/:id", nothing),
  clear("DELETE", "/admin/cache/entries/:key", query(providerQuery)),
  { ...clear("POST", "/admin/cache/clear", body(clearBody)), bodyParser: { sizeLimit: CLEAR_BODY_LIMIT } },
  {
    ...clear("POST", "/admin/cache/invalidations", body(invalidationBody)),
    bodyParser: { sizeLimit: INVALIDATION_BODY_LIMIT },
  },
]

function read(matcher: string, schema: ZodType): GuardedRoute {
  return { matcher, methods: ["GET"], policies: [READ_CACHE], middlewares: [query(schema)] }
}

function clear(method: MiddlewareVerb, matcher: string, handler: Handler): GuardedRoute {
  return { matcher, methods: [method], policies: [CLEAR_CACHE], middlewares: [handler] }
}

function query(schema: ZodType): Handler {
  return validateAndTransformQuery(schema, { isList: false }) as Handler
}

function body(schema: ZodType): Handler {
  return validateAndTransformBody(schema) as Handler
}
