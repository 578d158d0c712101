import type { z } from "@medusajs/framework/zod"
import { name } from "../../../../modules/cache-monitor/clear-targets"
import { providerQuery } from "../validators"

export const entryQuery = providerQuery.extend({ key: name })

export type EntryQuery = z.output<typeof entryQuery>
