import { z } from "@medusajs/framework/zod"
import {
  FLAG,
  MAX_NAME_LENGTH,
  MAX_TARGETS,
  OBJECT,
  atMostTargets,
  name,
  nameOfAtMost,
  namesTargets,
  targetFields,
} from "../../../modules/cache-monitor/clear-targets"

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 200

/** The largest offset, above any number of entries. */
const MAX_OFFSET = 1_000_000_000

const providerId = { provider_id: name.optional() }

/** The schema of a query without parameters. */
export const nothing = z.strictObject({})

export const providerQuery = z.strictObject({ ...providerId })

export type ProviderQuery = z.output<typeof providerQuery>

const pageQuery = (maxLimit = MAX_LIMIT) => ({
  ...providerId,
  limit: wholeNumber(1, maxLimit).default(DEFAULT_LIMIT),
  offset: wholeNumber(0, MAX_OFFSET).default(0),
})

export const listQuery = z.strictObject(pageQuery())

export type ListQuery = z.output<typeof listQuery>

/** The query of a table as CSV, which has no pages. */
export const clearsTableQuery = listQuery.omit({ limit: true, offset: true })

/** Accepts a whole number, which arrives as a string in a query. */
function wholeNumber(min: number, max: number) {
  const expectation = `a whole number from ${min} to ${max}`
  return z
    .string(expectation)
    .regex(/^\d{1,10}$/, expectation)
    .transform(Number)
    .pipe(z.number().min(min, expectation).max(max, expectation))
}

/** The most targets of a clear that the caller waits for. More are a background job. */
const MAX_AT_ONCE = 100

const TOO_MANY_AT_ONCE =
  `A clear takes at most ${MAX_AT_ONCE} targets (tags, keys, ids of entities and addresses together). ` +
  "Send more of them to POST /admin/cache/invalidations, which clears in the background."

const TOO_MANY =
  `An invalidation takes at most ${MAX_TARGETS} targets (tags, keys, ids of entities, patterns and addresses together). ` +
  "Send more of them in several requests, or clear 'all'."

const { patterns, ...targets } = targetFields

const settings = {
  auto_invalidate_only: z.boolean(FLAG).optional(),
  dry_run: z.boolean(FLAG).optional(),
  provider_id: name.optional(),
}

/** The most requests of a warm run, and how many there are by default. */
const MAX_WARM = 500
const DEFAULT_WARM = 50
const warmLimit = `a whole number from 1 to ${MAX_WARM}`

export const warmBody = z.strictObject(
  {
    limit: z.int(warmLimit).min(1, warmLimit).max(MAX_WARM, warmLimit).default(DEFAULT_WARM),
    ...providerId,
  },
  "an object"
)

export type WarmBody = z.output<typeof warmBody>

/** What a warm run after a clear has. */
export const warmDefaults: WarmBody = warmBody.parse({})

/** Nobody knows how many tags match a pattern, so they are not cleared while the caller waits. */
function patternsOnlyToLook({ patterns, dry_run }: Partial<InvalidationBody>, context: z.RefinementCtx): void {
  if (dry_run === true || patterns === undefined || patterns.length === 0) return
  const message =
    "Field 'patterns' is only allowed with 'dry_run' here. " +
    "Send patterns to POST /admin/cache/invalidations, which clears in the background."
  context.addIssue({ code: "custom", message, continue: false })
}

export const clearBody = atMostTargets(MAX_AT_ONCE, TOO_MANY_AT_ONCE).pipe(
  z
    .strictObject({ ...targets, patterns, ...settings, warm: z.boolean(FLAG).optional() }, OBJECT)
    .superRefine(patternsOnlyToLook)
    .superRefine(namesTargets(["tags", "keys", "entities", "urls", "all"], "auto_invalidate_only"))
)

export const invalidationBody = atMostTargets(MAX_TARGETS, TOO_MANY).pipe(
  z
    .strictObject({ ...targets, patterns, ...settings }, OBJECT)
    .superRefine(namesTargets(["tags", "keys", "entities", "patterns", "urls", "all"], "auto_invalidate_only"))
)

export type ClearBody = z.output<typeof clearBody>
export type InvalidationBody = z.output<typeof invalidationBody>

export const entryQuery = providerQuery.extend({ key: name })

export type EntryQuery = z.output<typeof entryQuery>

export const serverQuery = providerQuery.extend({ id: name })

export type ServerQuery = z.output<typeof serverQuery>

export const invalidationQuery = z.strictObject({ id: name })

export type InvalidationQuery = z.output<typeof invalidationQuery>

const ranges = ["1h", "6h", "24h", "7d"] as const

export const statsQuery = providerQuery.extend({ range: z.enum(ranges, `one of ${ranges.join(", ")}`).default("1h") })

export type StatsQuery = z.output<typeof statsQuery>

/** The most entries on a page. Each is read as a whole, which may be a megabyte or more. */
const MAX_ENTRIES = 100

export const tagQuery = z.strictObject({ ...pageQuery(MAX_ENTRIES), tag: name })

export type TagQuery = z.output<typeof tagQuery>

const entryColumns = ["stored_bytes", "compute_ms", "hits", "stored_at"] as const
const entryOrders = entryColumns.flatMap((column) => [column, `-${column}`] as const)

export const entriesQuery = z.strictObject({
  ...pageQuery(MAX_ENTRIES),
  order: z.enum(entryOrders, `one of ${entryOrders.join(", ")}`).default("-stored_bytes"),
})

export type EntryColumn = (typeof entryColumns)[number]
export type EntriesQuery = z.output<typeof entriesQuery>

const columns = ["tag", "hits", "last_cleared_at", "version"] as const

/** The orders. A leading `-` reverses one. */
const orders = columns.flatMap((column) => [column, `-${column}`] as const)

/** The most entity types in a filter. */
const MAX_TYPES = 100

const types = `a type of entity, or up to ${MAX_TYPES} of them`

export const tagsQuery = listQuery.extend({
  /** A part of the tag, in upper or lower case. */
  q: z.string("a text").max(MAX_NAME_LENGTH, nameOfAtMost(MAX_NAME_LENGTH)).optional(),
  entity: z.union([name, z.array(name).max(MAX_TYPES)], types).optional(),
  order: z.enum(orders, `one of ${orders.join(", ")}`).default("-last_cleared_at"),
})

/** The query of all matching tags as CSV. */
export const tagsTableQuery = tagsQuery.omit({ limit: true, offset: true })

export type TagColumn = (typeof columns)[number]
export type TagsQuery = z.output<typeof tagsQuery>
