import { z } from "@medusajs/framework/zod"
import { pageQuery } from "../../validators"

/** Each entry of the page is read whole, up to a megabyte and more. */
const MAX_ENTRIES = 100

export const tagEntriesQuery = z.strictObject(pageQuery(MAX_ENTRIES))

export type TagEntriesQuery = z.output<typeof tagEntriesQuery>
