import type { z } from "@medusajs/framework/zod"
import { name, providerQuery } from "../validators"

export const entryQuery = providerQuery.extend({ key: name })

export type EntryQuery = z.output<typeof entryQuery>
