import { readFileSync } from "node:fs"
import { Client } from "pg"
import type { Locator } from "playwright-core"
import { findChromium } from "../../tools/services/chromium"
import { databaseUrl, type PostgresService } from "../../tools/services/postgres"
import { eventually } from "../../testing/eventually"
import { openMemcachedProvider, PATIENT } from "../contract/memcached-subject"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { openBrowser, type RunningBrowser } from "./chromium"
import { DashboardPage } from "./dashboard-page"
import { describeBehaviour } from "./page-behaviour"
import { describeFigures } from "./page-figures"
import { CACHE_PREFIX, DATABASE, type RunningStore, startStore } from "./store"
import { StoreClient } from "./store-client"
import { testPostgres } from "../../testing/test-postgres"

/** Bundling the dashboard takes most of it, and only when it has changed. */
const START_TIMEOUT_MS = 600_000
/** Counters are written to Memcached every few seconds. */
const FIGURES_TIMEOUT_MS = 90_000

jest.setTimeout(300_000)

let postgres: PostgresService
let memcached: MemcachedProcess
let store: RunningStore
let shop: StoreClient
let browser: RunningBrowser
let dashboard: DashboardPage

beforeAll(async () => {
  // Before a minute has been spent on everything else.
  findChromium()
  postgres = testPostgres()
  memcached = await startMemcached()
  store = await startStore({ memcached, postgres, template: process.env.TEMPLATE_DATABASE })
  shop = await StoreClient.logIn(store)
  browser = await openBrowser({ height: 1400 })
  dashboard = new DashboardPage(await browser.context.newPage(), store.url)
  await dashboard.logIn()
}, START_TIMEOUT_MS)

afterAll(async () => {
  await (browser as RunningBrowser | undefined)?.close()
  await (store as RunningStore | undefined)?.stop()
  await memcached.stop()
})

afterEach(() => {
  expect(dashboard.errors.splice(0)).toEqual([])
})

/** Visits until the cache answers: Medusa does not wait for what it stores. */
const visit = async (times = 6) => {
  for (let i = 0; i < times; i++) await shop.listProducts(8 + (i % 3))
}

const refreshUntil = (holds: () => Promise<boolean>) => dashboard.refreshUntil(holds)

/** Tags are in the list once the process that saw them has told, every few seconds. */
const refreshUntilListed = (row: Locator) => refreshUntil(() => row.isVisible())

const withDatabase = async (sql: string, values: unknown[]) => {
  const client = new Client({ connectionString: databaseUrl(postgres, DATABASE) })
  await client.connect()
  await client.query(sql, values)
  await client.end()
}

const firstProduct = async () => {
  const [product] = await shop.listProducts()
  if (product === undefined) throw new Error("The shop has no products")
  return product
}

/** Another page of the same browser, whose time only goes on when it is told to, and what it asks the cache's API. */
const withFakeClock = async (use: (other: DashboardPage, requests: readonly string[]) => Promise<void>) => {
  const other = new DashboardPage(await browser.context.newPage(), store.url)
  const requests: string[] = []
  other.page.on("request", (request) => {
    if (request.url().includes("/admin/cache")) requests.push(request.url())
  })
  await other.open("/settings/store")
  await other.page.clock.install()
  await use(other, requests)
  await other.page.close()
}

describe("the page", () => {
  it("is in the settings menu, and says what to do before the first lookup", async () => {
    await dashboard.open("/settings/store")
    await dashboard.page.getByRole("link", { name: "Cache", exact: true }).click()
    await dashboard.page.getByTestId("cache-no-lookups").waitFor()
    expect(await dashboard.page.getByTestId("cache-status").textContent()).toBe("Healthy")
    // Without the option `responses` there is nothing to say of them.
    expect(await dashboard.page.getByTestId("cache-responses").count()).toBe(0)
    expect(await dashboard.page.title()).toContain("Cache")
  })

  it("shows the numbers of the API, which move with the traffic", async () => {
    await eventually(
      async () => {
        await visit()
        return (await shop.stats()).stats.totals.hits
      },
      (hits) => hits > 0,
      FIGURES_TIMEOUT_MS
    )
    await dashboard.openCache()
    await dashboard.page.getByTestId("cache-tiles").waitFor()
    // Nobody visits any more: once what was counted has been written, both read the same.
    await refreshUntil(
      async () => (await dashboard.tile("lookups")) === String((await shop.stats()).stats.totals.lookups)
    )
    const before = Number(await dashboard.tile("lookups"))
    expect(await dashboard.tile("hit-rate")).toMatch(/^\d+(\.\d)?%$/)

    await visit()
    await refreshUntil(async () => Number(await dashboard.tile("lookups")) > before)
  })

  it("keeps its range in the address", async () => {
    await dashboard.openCache()
    await dashboard.page.locator("label", { hasText: "24h" }).click()
    await dashboard.page.waitForURL(/range=24h/)
    await dashboard.page.reload()
    await dashboard.page.getByTestId("cache-tiles").waitFor()
    expect(await dashboard.page.getByRole("radio", { name: "Last 24 hours" }).isChecked()).toBe(true)
  })

  it("has a chart that is read with the arrow keys, and the same numbers as a table", async () => {
    await dashboard.showCache()
    const cursor = dashboard.page.getByRole("slider", { name: /arrow keys/ })
    await cursor.focus()
    await dashboard.page.keyboard.press("End")
    const last = await cursor.getAttribute("aria-valuetext")
    await dashboard.page.keyboard.press("ArrowLeft")
    const previous = await cursor.getAttribute("aria-valuetext")
    expect(last).toMatch(/hits/)
    expect(previous).not.toBe(last)

    await dashboard.page.getByRole("button", { name: "Show as table" }).click()
    const rows = dashboard.page.getByTestId("traffic-table").locator("tbody tr")
    expect(await rows.count()).toBe((await shop.stats()).stats.series.length)
  })

  it("shows a tag's version rise when its product is edited", async () => {
    const product = await firstProduct()
    const tag = `Product:${product.id}`
    await visit(3)
    await shop.rename(product.id, `${product.title} (new)`)
    await dashboard.showCache(`?q=${encodeURIComponent(tag)}`)
    await refreshUntilListed(dashboard.tagRow(tag))
    // On a busy machine a list may lack a tag for a moment. The next refresh has it again.
    const cell = dashboard.tagRow(tag).locator("[data-column=version]")
    const version = async () => Number(await cell.textContent({ timeout: 2_000 }).catch(() => Number.NaN))
    await refreshUntil(async () => (await version()) > 0)
    const before = await version()

    await shop.rename(product.id, product.title)
    // Medusa may clear a product twice for one change, so that the first version that is read need not be the last.
    await refreshUntil(async () => {
      const shown = await version()
      return shown > before && shown === (await shop.tag(tag)).tag.version
    })
  })

  it("looks into a tag and into one of its entries", async () => {
    const product = await firstProduct()
    const tag = `Product:${product.id}`
    await visit(3)
    await eventually(
      async () => (await shop.tag(tag)).entries.length,
      (count) => count > 0,
      FIGURES_TIMEOUT_MS
    )
    await dashboard.showCache(`?q=${encodeURIComponent(tag)}`)
    await refreshUntilListed(dashboard.tagRow(tag))
    await dashboard.tagRow(tag).getByRole("button", { name: tag }).first().click()
    const inspector = dashboard.page.getByTestId("cache-inspector")
    await inspector.locator("ul button").first().click()
    await inspector.locator("pre").waitFor()
    expect(await inspector.locator("pre").textContent()).toContain("{")
    await dashboard.page.goBack()
    await inspector.getByText("Entries known to have this tag.").waitFor()
    expect(await dashboard.violations("[data-testid=cache-inspector]")).toEqual([])
  })

  it("looks into a tag and an entry whose names would lead elsewhere in a path", async () => {
    const serverUrls = [memcached.address]
    const { cache, close } = await openMemcachedProvider({ serverUrls, cachePrefix: CACHE_PREFIX, ...PATIENT })
    await cache.set({ key: "..", data: { of: "two dots" }, tags: ["."], ttl: 600 })
    await eventually(
      async () => (await shop.tag(".")).entries,
      (entries) => entries.some(({ state }) => state === "valid"),
      FIGURES_TIMEOUT_MS
    )
    await close()
    await dashboard.showCache("?tag=.")
    const inspector = dashboard.page.getByTestId("cache-inspector")
    await inspector.getByRole("button", { name: ".." }).click()
    await inspector.locator("pre").waitFor()
    expect(await inspector.locator("pre").textContent()).toContain("two dots")
  })

  it("clears the tags that are selected", async () => {
    await visit(3)
    await dashboard.showCache("?q=Product%3Aprod_")
    const first = dashboard.page.locator("tr[data-tag]").first()
    await refreshUntilListed(first)
    // By its name from now on: which one is the first may change with the figures.
    const tag = (await first.getAttribute("data-tag")) ?? ""
    await dashboard.tagRow(tag).getByRole("checkbox").click()
    const before = (await shop.tag(tag)).tag.version ?? 0
    await dashboard.page.getByRole("button", { name: /Clear 1 tag/ }).click()
    await dashboard.toast.getByText("Cleared", { exact: true }).waitFor()
    const { version, last_cleared_by } = (await shop.tag(tag)).tag
    expect(version).toBeGreaterThan(before)
    expect(last_cleared_by).toBe("admin")
  })

  it("takes its tables along as CSV", async () => {
    await visit(3)
    await dashboard.showCache("?q=Product%3Alist")
    await refreshUntilListed(dashboard.tagRow("Product:list:*"))
    const csvOf = async (card: string): Promise<string> => {
      await dashboard.page.getByTestId(card).getByRole("button", { name: "More", exact: true }).click()
      const downloading = dashboard.page.waitForEvent("download")
      await dashboard.page.getByRole("menuitem", { name: "Download CSV" }).click()
      const download = await downloading
      expect(download.suggestedFilename()).toBe(`${card}.csv`)
      return readFileSync(await download.path(), "utf8")
    }
    const tags = (await csvOf("cache-tags")).trimEnd().split("\r\n")
    expect(tags[1]).toMatch(/^Product:list:\*,Product,/)
    expect(tags.slice(1).filter((line) => !line.startsWith("Product:list"))).toEqual([])
    expect(await csvOf("cache-clears")).toMatch(/^at,origin,/)
  })

  it.each(["dark", "light"] as const)("has no serious accessibility violations in %s", async (theme) => {
    await dashboard.useTheme(theme)
    await dashboard.openCache()
    await dashboard.page.getByTestId("cache-tiles").waitFor()
    await refreshUntilListed(dashboard.page.locator("tr[data-tag]").first())
    expect(await dashboard.violations("[data-testid=cache-page]")).toEqual([])
  })
})

describeFigures({ dashboard: () => dashboard, shop: () => shop, visit })

describe("the dialog", () => {
  it("says what a clear will do, does it, and says what it did", async () => {
    await visit(3)
    await dashboard.showCache()
    await dashboard.openClearDialog()
    const search = dashboard.page.getByRole("combobox", { name: "Search" })
    await search.fill("a")
    await dashboard.page.locator("[role=listbox][aria-busy=false] [role=option]").first().waitFor()
    await dashboard.page.keyboard.press("ArrowDown")
    await dashboard.page.keyboard.press("Enter")
    await dashboard.page.keyboard.press("Escape")
    await dashboard.page
      .getByTestId("clear-preview")
      .getByText(/will be cleared/)
      .waitFor()
    expect(await dashboard.page.getByTestId("clear-preview").textContent()).toContain("No shop data is deleted.")
    await dashboard.page.getByRole("checkbox", { name: "Rebuild the most wanted afterwards" }).click()
    expect(await dashboard.violations("[data-testid=clear-dialog]")).toEqual([])

    await dashboard.page.getByTestId("clear-submit").click()
    await dashboard.page.getByTestId("clear-result").waitFor()
    await dashboard.page
      .getByTestId("warm-result")
      .getByText(/^\d+ rebuilt in [^,]+$/)
      .waitFor()
    await dashboard.page.getByRole("button", { name: "Done" }).click()
    await dashboard.dialog.waitFor({ state: "detached" })
  })

  it("asks before it clears the tag of a list, and takes no for an answer", async () => {
    await dashboard.showCache()
    await dashboard.openClearDialog()
    await dashboard.page.getByTestId("scope-tags").click()
    await dashboard.page.getByRole("textbox", { name: "Tags" }).fill("Product:list:*")
    await dashboard.page.getByTestId("clear-submit").click()
    const prompt = dashboard.page.getByRole("alertdialog")
    await prompt.waitFor()
    await prompt.getByRole("button", { name: "Cancel" }).click()
    await prompt.waitFor({ state: "detached" })
    expect(await dashboard.page.getByTestId("clear-result").count()).toBe(0)
  })

  it("clears more than fits into one request in the background, and shows how far it is", async () => {
    await dashboard.showCache()
    await dashboard.openClearDialog()
    await dashboard.page.getByTestId("scope-tags").click()
    const tags = Array.from({ length: 150 }, (_, i) => `Nobody:${i}`)
    await dashboard.page.getByRole("textbox", { name: "Tags" }).fill(tags.join("\n"))
    await dashboard.page.getByTestId("clear-preview").getByText("150 tags will be cleared in the background").waitFor()
    await dashboard.page.getByTestId("clear-submit").click()
    await dashboard.page.getByRole("alertdialog").getByRole("button", { name: "Clear" }).click()
    await dashboard.page.getByTestId("clear-result").getByText("Cleared 150 tags.").waitFor()

    await dashboard.page.getByRole("button", { name: "Clear something else" }).click()
    await dashboard.page.getByTestId("clear-preview").getByText("Choose what to clear").waitFor()
    expect(await dashboard.page.getByTestId("clear-submit").isDisabled()).toBe(true)
  })

  it("clears everything only once that has been typed", async () => {
    await visit(3)
    await dashboard.showCache()
    await dashboard.openClearDialog()
    await dashboard.page.getByTestId("scope-everything").click()
    await dashboard.page.getByTestId("clear-submit").click()
    const prompt = dashboard.page.getByRole("alertdialog")
    const confirm = prompt.getByRole("button", { name: "Clear everything" })
    expect(await confirm.isDisabled()).toBe(true)
    await prompt.getByRole("textbox").fill("clear all")
    await confirm.click()
    await dashboard.page.getByTestId("clear-result").getByText("Everything cleared").waitFor()
    const result = dashboard.page.getByTestId("warm-result")
    expect(await result.textContent()).toBe("")
    await dashboard.page.getByRole("button", { name: "Rebuild the most wanted now" }).click()
    await result.getByText(/^\d+ rebuilt in [^,]+$/).waitFor()
    expect(await dashboard.violations("[data-testid=clear-dialog]")).toEqual([])
    const [newest] = (await shop.clears()).clears
    expect(newest).toMatchObject({ all: true, origin: "admin", status: "applied" })
  })
})

describeBehaviour({
  dashboard: () => dashboard,
  newPage: async () => new DashboardPage(await browser.context.newPage(), store.url),
  visit: () => visit(1),
})

describe("the widgets", () => {
  it("clear a product, of which the storefront then shows the newest state", async () => {
    const product = await firstProduct()
    const title = async () => (await shop.listProducts()).find(({ id }) => id === product.id)?.title
    expect(await title()).toBe(product.title)
    await eventually(
      async () => (await shop.tag(`Product:${product.id}`)).entries,
      (entries) => entries.some(({ state }) => state === "valid"),
      FIGURES_TIMEOUT_MS
    )
    // Past Medusa, as an import that writes into the database does: nothing tells the cache.
    await withDatabase("update product set title = $1 where id = $2", ["Changed behind Medusa's back", product.id])
    expect(await title()).toBe(product.title)

    await dashboard.open(`/products/${product.id}`)
    await dashboard.widget.getByRole("button", { name: "Clear" }).click()
    await dashboard.toast.getByText("Cleared", { exact: true }).waitFor()
    expect(await title()).toBe("Changed behind Medusa's back")
    await shop.rename(product.id, product.title)
  })

  it("are on products, categories, collections and regions, without serious violations", async () => {
    const paths = [
      `/products/${(await firstProduct()).id}`,
      `/categories/${await shop.firstOf("product-categories")}`,
      `/collections/${await shop.firstOf("collections")}`,
      `/settings/regions/${await shop.firstOf("regions")}`,
    ]
    for (const path of paths) {
      await dashboard.open(path)
      await dashboard.widget.getByText("View in Cache").waitFor()
      expect(await dashboard.violations("[data-testid=cache-widget]")).toEqual([])
    }
  })

  it("say that a category is not cached, instead of listing nothing", async () => {
    await dashboard.open(`/categories/${await shop.firstOf("product-categories")}`)
    await dashboard.widget.getByText("View in Cache").waitFor()
    await dashboard.widget.getByText("Not cached at the moment.").first().waitFor()
    expect(await dashboard.widget.getByText("Version").count()).toBe(0)
  })

  it("ask once, and not again while the page is open", async () => {
    const product = await firstProduct()
    await withFakeClock(async (other, requests) => {
      await other.open(`/products/${product.id}`)
      await other.widget.getByText("View in Cache").waitFor()
      await other.untilQuiet()
      const asked = requests.length
      await other.page.clock.runFor(120_000)
      await other.untilQuiet()
      expect(asked).toBeGreaterThan(0)
      expect(requests).toHaveLength(asked)
    })
  })

  it.each([403, 404, 500])("are silent when the API answers %d, and break nothing", async (status) => {
    await dashboard.page.route("**/admin/cache**", (route) => route.fulfill({ status, json: { message: "no" } }))
    const product = await firstProduct()
    await dashboard.open(`/products/${product.id}`)
    await dashboard.page.getByRole("heading", { name: product.title }).first().waitFor()
    await dashboard.page.waitForLoadState("networkidle")
    await dashboard.untilQuiet()
    expect(await dashboard.widget.count()).toBe(0)
    await dashboard.page.unroute("**/admin/cache**")
  })
})

describe("automatic refresh", () => {
  it("asks again by itself, and not while a dialog is open", async () => {
    await withFakeClock(async (other, requests) => {
      await other.useRefresh(15)
      await other.openCache()
      await other.page.getByTestId("cache-tiles").waitFor()
      await other.untilQuiet()
      const atFirst = requests.length
      await other.page.clock.runFor(16_000)
      await eventually(
        () => requests.length,
        (count) => count > atFirst,
        FIGURES_TIMEOUT_MS
      )
      await other.openClearDialog()
      await other.untilQuiet()
      const before = requests.length
      await other.page.clock.runFor(60_000)
      await other.untilQuiet()
      expect(requests).toHaveLength(before)
      await other.useRefresh(0)
    })
  })
})

describe("when something is wrong", () => {
  it.each([
    [403, "cache-no-permission"],
    [404, "cache-not-active"],
    [500, "cache-failed"],
  ])("a first answer of %d shows %s in place of the page", async (status, testId) => {
    await dashboard.page.route("**/admin/cache**", (route) => route.fulfill({ status, json: { message: "no" } }))
    await dashboard.open("/settings/cache")
    await dashboard.page.getByTestId(testId).waitFor()
    await dashboard.page.unroute("**/admin/cache**")
  })

  it("failing parts leave the others alone", async () => {
    await visit(2)
    await dashboard.page.route("**/admin/cache/{tags,servers,clears}**", (route) =>
      route.fulfill({ status: 500, json: {} })
    )
    await dashboard.openCache()
    await dashboard.page.getByTestId("cache-tiles").waitFor()
    await dashboard.page.getByTestId("cache-tags").getByRole("button", { name: "Try again" }).waitFor()
    await dashboard.page.unroute("**/admin/cache/{tags,servers,clears}**")
  })

  it("values that are kept for seconds only are told, with what to do", async () => {
    await dashboard.openCache()
    await dashboard.page.getByTestId("cache-tiles").waitFor()
    expect(await dashboard.page.getByTestId("cache-brief-sets").count()).toBe(0)

    await dashboard.page.route("**/admin/cache/stats*", async (route) => {
      const response = await route.fetch()
      const { stats } = (await response.json()) as { stats: { totals: object } }
      await route.fulfill({ response, json: { stats: { ...stats, totals: { ...stats.totals, kept_briefly: 12 } } } })
    })
    await dashboard.refresh()
    const notice = dashboard.page.getByTestId("cache-brief-sets")
    expect(await notice.textContent()).toContain("12 values were cached for only 10 seconds")
    expect(await dashboard.violations("[data-testid=cache-page]")).toEqual([])
    await dashboard.page.unroute("**/admin/cache/stats*")
  })

  it("a stopped Memcached is told in a banner, which goes when it is back", async () => {
    await dashboard.openCache()
    await memcached.kill()
    await shop.listProducts()
    const status = dashboard.page.getByTestId("cache-status")
    await refreshUntil(async () => (await status.getAttribute("data-status")) === "unreachable")
    const banner = dashboard.page.getByTestId("cache-trouble")
    expect(await banner.textContent()).toContain("The shop keeps working")
    // Nobody wants to hear all of it again with each refresh.
    await banner
      .locator("[aria-live=off]")
      .getByText(/ago\)$/)
      .waitFor()
    expect(await dashboard.violations("[data-testid=cache-page]")).toEqual([])

    // No card pretends to know what is cached.
    await dashboard.open(`/products/${(await firstProduct()).id}`)
    await dashboard.widget.getByText("Memcached is unreachable").waitFor()
    expect(await dashboard.widget.getByText("Entries").count()).toBe(0)
    await dashboard.openCache()

    await memcached.restart()
    await refreshUntil(async () => (await status.textContent()) === "Healthy")
    expect(await dashboard.page.getByTestId("cache-trouble").count()).toBe(0)
  })

  it("the end of the session leads to the login page", async () => {
    await dashboard.page.route("**/admin/cache", (route) =>
      route.fulfill({ status: 401, json: { message: "Unauthorized" } })
    )
    await dashboard.open("/settings/cache")
    await dashboard.page.waitForURL(/\/login/)
    await dashboard.page.unroute("**/admin/cache")
  })
})

describe("languages", () => {
  it.each([
    ["de", "Cache leeren", "ltr"],
    ["fr", "Vider le cache", "ltr"],
    // Not translated: the words are English, the direction is the language's.
    ["ar", "Clear cache", "rtl"],
  ])("%s says %s, from %s", async (language, words, direction) => {
    await dashboard.open("/settings/store")
    await dashboard.useLanguage(language)
    await visit(1)
    await dashboard.openCache()
    await dashboard.page.getByRole("button", { name: words }).waitFor()
    expect(await dashboard.page.evaluate<string>(`document.documentElement.dir || "ltr"`)).toBe(direction)
  })
})
