import type { Shop } from "../shop"
import type { MedusaProcess } from "./medusa-process"

/** Reads, edits and clears in turn, over HTTP in the one process and by orders in the other. */
export async function driveBoth(shop: Shop, worker: MedusaProcess): Promise<void> {
  for (const take of [1, 2, 3, 1, 2, 3]) {
    await shop.listProducts(take)
    await worker.call("read", take)
  }
  for (const [i, { id }] of shop.catalogue.products.slice(0, 3).entries()) {
    await shop.updateProduct(id, { title: `Renamed ${i}` })
    await shop.listProducts(2)
    await worker.call("read", 2)
    await worker.call("clear", [`Product:${id}`])
  }
  await worker.call("read", 2)
}
