import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"

/** The key that a Memcached shell is asked for: the documentation of Medusa uses the same in its Memcached guide. */
const KEY = "test-cache-products"

/** So few that the entry is not compressed and can be read in the shell. */
const FEW = 5

export async function GET(req: MedusaRequest, res: MedusaResponse): Promise<void> {
  const query = req.scope.resolve(ContainerRegistrationKeys.QUERY)
  const { data: products } = await query.graph(
    { entity: "product", fields: ["id", "title"], pagination: { take: FEW, skip: 0 } },
    { cache: { enable: true, key: KEY } }
  )
  res.json({ products })
}
