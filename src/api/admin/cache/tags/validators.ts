import { z } from "@medusajs/framework/zod"
import { listQuery } from "../validators"

const columns = ["tag", "hits", "last_cleared_at", "version"] as const

/** With `-` in front: the other way round. */
const orders = columns.flatMap((column) => [column, `-${column}`] as const)

const entity = z.string().min(1)

export const tagsQuery = listQuery.extend({
  /** Part of the tag, in upper or lower case. */
  q: z.string().optional(),
  entity: z.union([entity, z.array(entity)]).optional(),
  order: z.enum(orders).default("-last_cleared_at"),
})

export type TagColumn = (typeof columns)[number]
export type TagsQuery = z.output<typeof tagsQuery>
