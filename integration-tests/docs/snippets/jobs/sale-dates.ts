// src/jobs/sale-dates.ts
import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"

export const config = { name: "sale-dates", schedule: "* * * * *" }

/** A little more than a minute: to clear twice is harmless. */
const WINDOW_MS = 90_000

/** Nothing happens in Medusa at the moment in which a price list begins or ends, so nobody clears the prices that change then. */
export default async function saleDates(container: MedusaContainer): Promise<void> {
  const now = new Date()
  const lately = { $gt: new Date(now.getTime() - WINDOW_MS), $lte: now }
  const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: "price_list",
    fields: ["id"],
    filters: { $or: [{ starts_at: lately }, { ends_at: lately }] },
  })
  if (data.length > 0) await container.resolve(Modules.CACHING).clear({ tags: ["Price:list:*"] })
}
