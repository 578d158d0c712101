import { openBrowser } from "../../integration-tests/browser/chromium"
import { DashboardPage } from "../../integration-tests/browser/dashboard-page"
import { Mismatch } from "./report"

/** Vite bundles the dashboard's packages when it is asked for them for the first time. */
const FIRST_PAGE_TIMEOUT_MS = 180_000
const PAGE_TIMEOUT_MS = 60_000
/** For what is written to the console after something has been drawn. */
const SETTLED_MS = 1_500

/** A browser in which the administrator has logged in. */
export class OpenDashboard {
  readonly #dashboard: DashboardPage
  readonly #close: () => Promise<void>
  readonly #complaints: string[] = []

  private constructor(dashboard: DashboardPage, close: () => Promise<void>) {
    this.#dashboard = dashboard
    this.#close = close
    dashboard.page.on("console", (message) => {
      if (message.type() === "error") this.#complaints.push(message.text())
    })
    dashboard.page.on("pageerror", (error) => this.#complaints.push(error.stack ?? error.message))
  }

  static async logIn(url: string): Promise<OpenDashboard> {
    const browser = await openBrowser({ height: 1400 })
    browser.context.setDefaultTimeout(PAGE_TIMEOUT_MS)
    browser.context.setDefaultNavigationTimeout(FIRST_PAGE_TIMEOUT_MS)
    const dashboard = new DashboardPage(await browser.context.newPage(), url)
    try {
      await dashboard.logIn()
    } catch (error) {
      await browser.close()
      throw error
    }
    // Before somebody has logged in, the dashboard asks who it is and is refused, which the browser counts as an error.
    return new OpenDashboard(dashboard, () => browser.close())
  }

  async expectCachePage(): Promise<void> {
    await this.#dashboard.openCache()
    await this.#expect(
      "the heading Cache",
      this.#dashboard.page.getByRole("heading", { name: "Cache", exact: true }).first()
    )
    await this.#expectSilence()
  }

  async expectProductWidget(productId: string): Promise<void> {
    await this.#dashboard.open(`/products/${productId}`)
    await this.#expect("the widget Cache on the product's page", this.#dashboard.widget.getByText("View in Cache"))
    await this.#expectSilence()
  }

  close(): Promise<void> {
    return this.#close()
  }

  async #expect(expected: string, locator: { waitFor(): Promise<void> }): Promise<void> {
    try {
      await locator.waitFor()
    } catch {
      throw new Mismatch(expected, `${await this.#text()}\n  ${this.#complaints.join("\n  ")}`)
    }
  }

  async #expectSilence(): Promise<void> {
    await this.#dashboard.page.waitForTimeout(SETTLED_MS)
    const complaints = this.#complaints.splice(0)
    if (complaints.length > 0) throw new Mismatch("no errors in the browser's console", complaints.join("\n  "))
  }

  async #text(): Promise<string> {
    return (await this.#dashboard.page.locator("body").innerText()).replaceAll(/\s+/g, " ").slice(0, 500)
  }
}
