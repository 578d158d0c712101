import { z } from "@medusajs/framework/zod"
import { MAX_NAME_LENGTH, name, nameOfAtMost } from "../../../../modules/cache-monitor/clear-targets"
import { listQuery } from "../validators"

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

export type TagColumn = (typeof columns)[number]
export type TagsQuery = z.output<typeof tagsQuery>
