// src/jobs/sale-dates.ts
import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"

export const config = { name: "sale-dates", schedule: "* * * * *" }

/** A little more than a minute. Clearing twice is harmless. */
const WINDOW_MS = 90_000

/** Medusa emits no event when a price list starts or ends, so nothing else clears the prices that change then. */
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
