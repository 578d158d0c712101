import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { parseArgs } from "node:util"
import { stopChildren } from "../../tools/services/child-processes"
import { medusaEnvironment } from "../../tools/services/medusa-environment"
import { startPostgres } from "../../tools/services/postgres"
import { startMemcached } from "../../testing/memcached"
import { type BrowserOptions, openBrowser } from "./chromium"
import { DashboardPage } from "./dashboard-page"
import { startStore } from "./store"
import { StoreClient } from "./store-client"
import { driveTraffic } from "./store-traffic"

const IMAGES = resolve(__dirname, "..", "..", "docs", "images")
const SETTLED_MS = 1_500

/** Takes the pictures of the documentation: of a real shop, after some minutes of real requests. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } })
  Object.assign(process.env, medusaEnvironment())
  mkdirSync(IMAGES, { recursive: true })
  const postgres = await startPostgres()
  const memcached = await startMemcached()
  const store = await startStore({ memcached, postgres })
  const shop = await StoreClient.logIn(store)

  const withDashboard = async (options: BrowserOptions, use: (dashboard: DashboardPage) => Promise<void>) => {
    const browser = await openBrowser(options)
    const dashboard = new DashboardPage(await browser.context.newPage(), store.url)
    await dashboard.logIn()
    // As the page is when it is opened for the first time.
    await dashboard.useRefresh(15)
    await use(dashboard)
    await browser.close()
  }
  const take = async (dashboard: DashboardPage, name: string) => {
    await dashboard.page.mouse.move(0, 0)
    await delay(SETTLED_MS)
    await dashboard.page.screenshot({ path: join(IMAGES, `${name}.png`) })
    console.log(`docs/images/${name}.png`)
  }
  const takePage = async (dashboard: DashboardPage, name: string) => {
    await dashboard.openCache()
    await dashboard.page.locator("tr[data-tag]").first().waitFor()
    await take(dashboard, name)
  }

  await withDashboard({ height: 900 }, async (dashboard) => {
    await dashboard.openCache()
    await dashboard.page.getByTestId("cache-no-lookups").waitFor()
    await take(dashboard, "cache-page-empty")
  })

  await driveTraffic(shop, Number(values.minutes) * 60_000)

  await withDashboard({ height: 1500 }, async (dashboard) => {
    await takePage(dashboard, "cache-page")
    await dashboard.useTheme("dark")
    await takePage(dashboard, "cache-page-dark")
  })
  await withDashboard({ width: 420, height: 1500 }, (dashboard) => takePage(dashboard, "cache-page-narrow"))
  await withDashboard({ height: 900 }, async (dashboard) => {
    // An edit may have cleared the lists just now.
    await shop.listProducts(50)
    await dashboard.openCache()
    await dashboard.openClearDialog()
    await dashboard.page.getByRole("combobox", { name: "Search" }).fill("shell")
    await dashboard.page.getByRole("option").first().click()
    await dashboard.page.keyboard.press("Escape")
    await dashboard.page.getByTestId("clear-preview").getByText("will be cleared").waitFor()
    await take(dashboard, "clear-dialog")

    const [product] = await shop.listProducts()
    await dashboard.open(`/products/${product?.id ?? ""}`)
    await dashboard.widget.getByText("View in Cache").waitFor()
    await delay(SETTLED_MS)
    await dashboard.widget.screenshot({ path: join(IMAGES, "product-widget.png") })
    console.log("docs/images/product-widget.png")

    await memcached.kill()
    await shop.listProducts()
    await dashboard.openCache()
    await dashboard.page.getByTestId("cache-trouble").waitFor()
    await take(dashboard, "cache-page-down")
  })
  await store.stop()
}

main()
  .catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
  .then(stopChildren)
  .then(
    () => process.exit(),
    () => process.exit(1)
  )
