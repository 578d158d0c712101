import { z } from "@medusajs/framework/zod"
import { name } from "../../../../modules/cache-monitor/clear-targets"
import { pageQuery } from "../validators"

/** The most entries on a page. Each is read as a whole, which may be a megabyte or more. */
const MAX_ENTRIES = 100

export const tagQuery = z.strictObject({ ...pageQuery(MAX_ENTRIES), tag: name })

export type TagQuery = z.output<typeof tagQuery>
