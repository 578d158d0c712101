import { Readable } from "node:stream"
import { MedusaError } from "@medusajs/framework/utils"
import { cacheMiddlewares } from "../../../src/api/admin/cache/middlewares"
import { tagFilter, tagOrder } from "../../../src/api/admin/cache/tags/tag-list"
import type { TagsQuery } from "../../../src/api/admin/cache/validators"
import type { KnownTag } from "../../../src/cache"
import type { ClearTargets } from "../../../src/modules/cache-monitor/clear-targets"
import { accepted } from "../../../src/modules/cache-monitor/problem"
import { resolveTargets } from "../../../src/modules/cache-monitor/targets"
import { invalidateCacheInput } from "../../../src/workflows/invalidate-cache/input"
import { altered, hostileJson } from "../mutations"
import { assertBounded, type Target } from "../target"

const NAMED = {
  tags: ["a", "P:*"],
  keys: ["k"],
  entities: [{ type: "A", ids: ["1", "2"] }],
  patterns: ["P*"],
  all: false,
}
const SETTINGS = {
  providerId: "p",
  autoInvalidateOnly: false,
  dryRun: true,
  createdBy: { origin: "admin", actorId: "u" },
}

const TAGS = ["a", "Product:prod_1", "\ud800", "__proto__"].map((tag): KnownTag => {
  return { tag, entity: tag, version: null, lastCleared: null, hits: 1, lastSeenAtMs: 0 }
})
const KNOWN = { tags: { list: () => Promise.resolve({ tags: TAGS, complete: true, truncated: false }) } }

const workflow: Target<unknown> = {
  name: "inputs of the workflow",
  weight: 6,
  generate: (chance) => altered(chance, { ...NAMED, ...SETTINGS }),
  check: (input) =>
    refused(async () => {
      await resolveTargets(KNOWN.tags, accepted(invalidateCacheInput, input, "input"))
    }),
}

const QUERY = { provider_id: "p", limit: "5", offset: "0", q: "Pro", entity: ["Product"], order: "-hits", range: "1h" }
const BODY = { ...NAMED, auto_invalidate_only: true, dry_run: true, warm: true, provider_id: "p" }
/** Other lists have other orders. */
const TAG_ORDER = /^-?(tag|hits|version|last_cleared_at)$/

const MANY = [...Array<string>(100_000).fill("a"), ""]

interface HttpRequest {
  readonly query: object
  readonly body: string
}

interface Validated {
  validatedQuery?: TagsQuery
  validatedBody?: ClearTargets
}

const requests: Target<HttpRequest> = {
  name: "queries and bodies",
  weight: 6,
  generate: (chance) => {
    const some = (all: object): object => Object.fromEntries(chance.some(Object.entries(all), 0.4))
    const body = chance.chance(0.001) ? { tags: MANY } : some(BODY)
    return { query: Object(altered(chance, some(QUERY))) as object, body: hostileJson(chance, body) }
  },
  check: async (request) => {
    const handlers = cacheMiddlewares.flatMap(({ middlewares = [] }) => middlewares)
    for (const handler of handlers) {
      const req = asExpressHasIt(request)
      await refused(async () => {
        const problem = await new Promise((resolve, reject) => {
          Promise.resolve(handler(req as never, { setHeader: () => undefined } as never, resolve)).catch(reject)
        })
        if (problem instanceof Error) throw problem
        const { validatedQuery, validatedBody } = req
        if (validatedQuery && TAG_ORDER.test(validatedQuery.order)) {
          TAGS.filter(tagFilter(validatedQuery)).sort(tagOrder(validatedQuery.order))
        }
        if (validatedBody) await resolveTargets(KNOWN.tags, validatedBody)
      })
    }
  },
}

/** A stream, and what a body parser before us may have made of it. */
function asExpressHasIt({ query, body }: HttpRequest): Validated {
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }
  const req = {
    query,
    headers,
    allowed: [],
    is: () => true,
    accepts: () => "json",
    get: () => "application/json",
    body: parsed(body),
  }
  const unvalidated: Validated = {}
  return Object.assign(Readable.from([Buffer.from(body)]), req, unvalidated)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** If it is, as something that the sender is to blame for. */
async function refused(attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt()
  } catch (error) {
    const isRefusal =
      error instanceof MedusaError || (error instanceof Error && "status" in error && Number(error.status) < 500)
    if (!isRefusal) throw error
    assertBounded(error.message)
  }
}

export const requestTargets: readonly Target[] = [workflow, requests]
