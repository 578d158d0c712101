import { expectHits, expectImport, expectTitles } from "./check-built"
import { Mismatch, type Report } from "./report"
import type { RunningShop } from "./shop"
import { type Catalogue, ShopClient } from "./shop-client"

const OURS = "caching-memcached"
/** Medusa's own, with which a shop can have a cache without any server. */
const IN_MEMORY = "cache-memory"

/** The plugin beside the Redis provider, which is the default, and beside Medusa's provider in memory. */
export async function checkSecondProvider(report: Report, shop: RunningShop, catalogue: Catalogue): Promise<void> {
  const client = await report.step("logs in", () => ShopClient.logIn(shop.url))

  await report.check("/admin/cache says that another provider is the default", async () => {
    const { status, reason } = await client.cache()
    if (reason !== "not_default") throw new Mismatch("not_active, not_default", `${status}, ${reason}`)
  })
  await report.check("the default provider and the one in memory answer without this one", async () => {
    const before = await client.productHits()
    for (const provider of [undefined, undefined, IN_MEMORY, IN_MEMORY]) await client.ownTitles(catalogue, provider)
    const hits = await client.productHits()
    if (hits !== before) throw new Mismatch(`${before} hits of products`, hits)
  })
  await report.check("a query that names this provider is answered by it", () =>
    expectHits(client, () => client.ownTitles(catalogue, OURS))
  )
  await report.check("invalidateCacheWorkflow clears it", async () => {
    const title = "Milk jug"
    // Medusa clears the default provider only when something changes, which is why the shop's import clears this one.
    await client.rename(catalogue.productId, title)
    await expectImport(client, catalogue.productId)
    await expectTitles(`/store/titles?provider=${OURS}`, () => client.ownTitles(catalogue, OURS), title)
  })
}
