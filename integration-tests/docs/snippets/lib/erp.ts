import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"

/** Stands for what a shop has of its own: gives every product another title, without Medusa's knowledge. */
export async function importFromErp(
  container: MedusaContainer
): Promise<{ readonly importId: number; readonly productIds: string[] }> {
  const database = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  const rows = await database<{ id: string; title: string }>("product").update({ title: "From the ERP" }, ["id"])
  return { importId: Date.now(), productIds: rows.map(({ id }) => id) }
}
