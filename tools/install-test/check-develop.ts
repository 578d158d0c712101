import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { checkDashboard, expectHits, expectImport } from "./check-built"
import { eventually } from "./eventually"
import { Mismatch, type Report } from "./report"
import type { RunningShop, Shop } from "./shop"
import { type Catalogue, ShopClient } from "./shop-client"

const ROUTE = join("src", "api", "store", "titles", "route.ts")
const RELOAD_TIMEOUT_MS = 90_000

/** `medusa develop`, in which the dev server bundles the dashboard, and restarts Medusa when a file has changed. */
export async function checkDeveloping(
  report: Report,
  shop: Shop,
  running: RunningShop,
  catalogue: Catalogue
): Promise<void> {
  await checkDashboard(report, running, catalogue)
  const client = await report.step("logs in", () => ShopClient.logIn(running.url))
  await report.check("the dev server restarts with a changed file", () => expectReload(shop, client, catalogue))
  await report.check("the cache is healthy and answers after it", async () => {
    const { status, message } = await client.cache()
    if (status !== "healthy") throw new Mismatch("healthy", `${status}: ${message}`)
    await expectHits(client, () => client.productTitles(catalogue))
  })
}

/**
 * The dev server with Medusa's flag backend_hmr, which loads routes anew and restarts nothing. What it has loaded anew once
 * can no longer validate queries in Medusa 2.21.2, no admin route of its own included, so that the cache is asked by
 * the fixture's route.
 */
export async function checkHotReload(
  report: Report,
  shop: Shop,
  running: RunningShop,
  catalogue: Catalogue
): Promise<void> {
  const client = await report.step("logs in", () => ShopClient.logIn(running.url))
  await report.check("the dev server reloads a changed file", () => expectReload(shop, client, catalogue))
  await report.check("the cache takes a clear after it", () => expectImport(client, catalogue.productId))
}

async function expectReload(shop: Shop, client: ShopClient, catalogue: Catalogue): Promise<void> {
  const file = join(shop.directory, ROUTE)
  const before = readFileSync(file, "utf8")
  const marker = `reloaded-${Date.now()}`
  const after = before.replace("titles: data.map(({ title }) => title)", `titles: ["${marker}"]`)
  if (after === before) throw new Mismatch("a list of titles in the route of the fixture", before)
  writeFileSync(file, after)
  try {
    await eventually(
      `${marker} from the changed route`,
      () => client.ownTitles(catalogue),
      (titles) => titles.includes(marker),
      RELOAD_TIMEOUT_MS
    )
  } finally {
    writeFileSync(file, before)
  }
  await eventually(
    "the titles from the restored route",
    () => client.ownTitles(catalogue),
    (titles) => titles.length > 0 && !titles.includes(marker),
    RELOAD_TIMEOUT_MS
  )
}
