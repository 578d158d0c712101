import { z } from "@medusajs/framework/zod"
import { name } from "../../../../modules/cache-monitor/clear-targets"

export const invalidationQuery = z.strictObject({ id: name })

export type InvalidationQuery = z.output<typeof invalidationQuery>
