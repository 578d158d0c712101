import { OpenDashboard } from "./dashboard"
import { eventually } from "./eventually"
import { type Report, Mismatch } from "./report"
import type { RunningShop } from "./shop"
import { type Catalogue, ShopClient } from "./shop-client"

/** Figures are shared through Memcached every few seconds. */
const FIGURES_TIMEOUT_MS = 30_000
const EVENT_TIMEOUT_MS = 10_000

/** What a shop has of the plugin in production. */
export async function checkBuiltShop(report: Report, shop: RunningShop): Promise<Catalogue> {
  const client = await report.step("logs in", () => ShopClient.logIn(shop.url))
  const catalogue = await report.step("gets a product to sell", () => client.createCatalogue())

  await report.check("/admin/cache answers healthy", async () => {
    const { status, message } = await client.cache()
    if (status !== "healthy") throw new Mismatch("healthy", `${status}: ${message}`)
  })
  await report.check("/store/products is answered from the cache", () =>
    expectHits(client, () => client.productTitles(catalogue))
  )
  await report.check("a renamed product is shown at once", async () => {
    await client.rename(catalogue.productId, "Coffee pot")
    await expectTitles("/store/products", () => client.productTitles(catalogue), "Coffee pot")
  })
  await report.check("a query of the shop's own is answered from the cache", () =>
    expectHits(client, () => client.ownTitles(catalogue))
  )
  await report.check("invalidateCacheWorkflow runs from the shop's code", () =>
    expectImport(client, catalogue.productId)
  )
  await checkDashboard(report, shop, catalogue)
  return catalogue
}

export async function checkDashboard(report: Report, shop: RunningShop, { productId }: Catalogue): Promise<void> {
  let dashboard: OpenDashboard | undefined
  try {
    dashboard = await report.step("the dashboard lets the administrator in", () => OpenDashboard.logIn(shop.url))
    const open = dashboard
    await report.check("Settings › Cache is shown, without errors", () => open.expectCachePage())
    await report.check("the product's widget is shown, without errors", () => open.expectProductWidget(productId))
  } finally {
    await dashboard?.close()
  }
}

export async function expectImport(client: ShopClient, productId: string): Promise<void> {
  const { state, providerId, total } = await client.finishImport(productId)
  const seen = { state, providerId, total }
  const wanted = { state: "done", providerId: "caching-memcached", total: 1 }
  if (JSON.stringify(seen) !== JSON.stringify(wanted)) throw new Mismatch(JSON.stringify(wanted), seen)
}

/**
 * By the plugin's own figures for products: the check of the publishable key is a lookup of every request, too. Medusa does
 * not wait for what it stores, so that more than two requests may be needed.
 */
export async function expectHits(client: ShopClient, ask: () => Promise<unknown>): Promise<void> {
  const before = await client.productHits()
  await eventually(
    `more than ${before} hits of products in the figures of the cache`,
    async () => {
      await ask()
      return client.productHits()
    },
    (hits) => hits > before,
    FIGURES_TIMEOUT_MS
  )
}

/** It takes a moment until an event has reached the cache. */
export async function expectTitles(where: string, ask: () => Promise<string[]>, title: string): Promise<void> {
  await eventually(`${title} at ${where}`, ask, (titles) => titles.includes(title), EVENT_TIMEOUT_MS)
}
