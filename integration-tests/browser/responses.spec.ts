import { findChromium } from "../../tools/services/chromium"
import { eventually } from "../../testing/eventually"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { testPostgres } from "../../testing/test-postgres"
import { openBrowser, type RunningBrowser } from "./chromium"
import { DashboardPage } from "./dashboard-page"
import { type RunningStore, startStore } from "./store"

const START_TIMEOUT_MS = 600_000
/** Counters are written to Memcached every few seconds. */
const FIGURES_TIMEOUT_MS = 90_000

jest.setTimeout(300_000)

let memcached: MemcachedProcess
let store: RunningStore
let browser: RunningBrowser
let dashboard: DashboardPage

beforeAll(async () => {
  findChromium()
  memcached = await startMemcached()
  store = await startStore({
    memcached,
    postgres: testPostgres(),
    template: process.env.TEMPLATE_DATABASE,
    env: { CACHE_RESPONSES: "true" },
  })
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

const card = () => dashboard.page.getByTestId("cache-responses")
const route = (name: string) => card().getByRole("listitem").filter({ hasText: name })

/** Asks for a page of the storefront, and returns the header Cache-Status. */
const ask = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { headers: answered } = await fetch(store.url + path, {
    headers: { "x-publishable-api-key": store.shop.publishableKey, ...headers },
  })
  return answered.get("cache-status") ?? ""
}

const untilHit = (path: string) =>
  eventually(
    () => ask(path),
    (status) => status.includes("; hit"),
    FIGURES_TIMEOUT_MS
  )

describe("the card of responses", () => {
  it("says that nothing was looked up yet", async () => {
    await dashboard.openCache()
    await card().getByText("No response was looked up yet.").waitFor()
    expect(await card().getByRole("listitem").count()).toBe(0)
  })

  it("shows each route with its requests, its hit rate, and why something was not stored", async () => {
    for (const path of ["/store/products?limit=12", "/store/products?limit=8", "/store/regions"]) await untilHit(path)
    await ask("/store/products?limit=12", { authorization: "Bearer nobody" })
    await ask("/store/products/prod_none")
    await dashboard.openCache()
    await eventually(
      async () => {
        await dashboard.refresh()
        return Promise.all(["/store/products", "/store/regions"].map((name) => route(name).first().textContent()))
      },
      (texts) => texts.every((text) => /[2-9] requests, \d+(\.\d)?% from the cache/.test(text ?? "")),
      FIGURES_TIMEOUT_MS
    )
    const [products] = await card().getByRole("listitem").allTextContents()
    expect(products).toContain("/store/products")
    expect(products).toContain("1 request was for one visitor only")
    await route("/store/products/[id]").getByText("1 not stored: its status is 404").waitFor()
    expect(await dashboard.violations("[data-testid=cache-responses]")).toEqual([])
  })

  it("clears the responses of a route, and no others", async () => {
    for (const path of ["/store/products?limit=12", "/store/regions"]) await untilHit(path)
    await card().getByRole("button", { name: "Clear the responses of /store/regions", exact: true }).click()
    await dashboard.page.getByRole("alertdialog").getByRole("button", { name: "Clear" }).click()
    await dashboard.toast.getByText("Cleared", { exact: true }).waitFor()
    expect(await ask("/store/regions")).toContain("fwd=stale")
    expect(await ask("/store/products?limit=12")).toContain("; hit")
  })

  it("clears the responses of an address in the dialog, whatever encoding they are for, and no others", async () => {
    const encodings = ["br", "gzip"].map((encoding) => ({ "accept-encoding": encoding }))
    const address = "/store/products?limit=12"
    for (const headers of encodings) {
      await eventually(
        () => ask(address, headers),
        (status) => status.includes("; hit"),
        FIGURES_TIMEOUT_MS
      )
    }
    await untilHit("/store/products?limit=8")
    await dashboard.openCache()
    await dashboard.openClearDialog()
    await dashboard.page.getByTestId("scope-key").click()
    await dashboard.page.getByRole("textbox", { name: "Key" }).fill(address)
    await dashboard.page.getByTestId("clear-submit").click()
    await dashboard.page.getByTestId("clear-result").waitFor()
    for (const headers of encodings) expect(await ask(address, headers)).toContain("fwd=stale")
    expect(await ask("/store/products?limit=8")).toContain("; hit")
  })

  it("fits a narrow screen", async () => {
    await dashboard.page.setViewportSize({ width: 390, height: 1400 })
    await dashboard.openCache()
    await route("/store/products/[id]").waitFor()
    const { x = 0, width = 0 } = (await card().boundingBox()) ?? {}
    expect(x).toBeGreaterThanOrEqual(0)
    expect(x + width).toBeLessThanOrEqual(390)
    const [inner, outer] = await Promise.all(
      ["scrollWidth", "clientWidth"].map((name) =>
        dashboard.page.evaluate<number>(`document.querySelector("[data-testid=cache-responses]").${name}`)
      )
    )
    expect(inner).toBe(outer)
  })
})
