import { z } from "@medusajs/framework/zod"
import { providerQuery } from "../validators"

const ranges = ["1h", "6h", "24h", "7d"] as const

export const statsQuery = providerQuery.extend({ range: z.enum(ranges, `one of ${ranges.join(", ")}`).default("1h") })

export type StatsQuery = z.output<typeof statsQuery>
