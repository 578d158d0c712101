import { z } from "@medusajs/framework/zod"
import { name } from "../../../../modules/cache-monitor/clear-targets"
import { pageQuery } from "../validators"

/** Each entry of the page is read whole, up to a megabyte and more. */
const MAX_ENTRIES = 100

export const tagQuery = z.strictObject({ ...pageQuery(MAX_ENTRIES), tag: name })

export type TagQuery = z.output<typeof tagQuery>
