import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"

/** Reads products through Medusa's cache, as a job in a worker does. Another `take` is another entry. */
export async function readProducts(container: MedusaContainer, take: number): Promise<number> {
  const { data } = await container
    .resolve(ContainerRegistrationKeys.QUERY)
    .graph({ entity: "product", fields: ["id", "title"], pagination: { take, skip: 0 } }, { cache: { enable: true } })
  return data.length
}
