import { z } from "@medusajs/framework/zod"
import { providerQuery } from "../validators"

export const statsQuery = providerQuery.extend({ range: z.enum(["1h", "6h", "24h", "7d"]).default("1h") })

export type StatsQuery = z.output<typeof statsQuery>
