import type { Shop } from "../shop"
import { nextEdition, withoutEdition } from "./editions"
import type { Observations } from "./observations"
import { pageOf } from "./pages"
import { pause } from "./pause"
import type { Product, ShopClient } from "./shop-client"
import { readList } from "./visitor"

const EDIT_EVERY_MS = 8_000

/** Renames one product after the other, and reads it as a visitor at once when the dashboard says that it is saved. */
export async function edit(
  client: ShopClient,
  shop: Shop,
  products: Product[],
  observations: Observations
): Promise<void> {
  const { tally, editions, signal } = observations
  for (let turn = 0; await pause(EDIT_EVERY_MS, signal); turn++) {
    const position = turn % products.length
    const product = products[position]
    if (product === undefined) {
      return
    }
    const edited = nextEdition(product)
    try {
      await editions.during(client.rename(edited))
      tally.edits++
      editions.acknowledge(edited)
      products[position] = edited
      await readList(client, pageOf(product.id, shop), observations)
    } catch (error) {
      tally.failedEdits++
      tally.lastFailure = String(error)
    }
  }
}

/** Gives the edited products their own titles back. */
export async function restoreTitles(client: ShopClient, products: readonly Product[]): Promise<void> {
  for (const { id, title } of products) {
    const original = withoutEdition(title)
    if (original !== title) {
      await client.rename({ id, title: original })
    }
  }
}
