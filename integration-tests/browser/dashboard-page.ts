import type { Locator, Page } from "playwright-core"
import { ADMINISTRATOR } from "./store"

const LOGIN_TIMEOUT_MS = 60_000

/** The dashboard in a browser, as a person uses it. */
export class DashboardPage {
  readonly page: Page
  readonly #url: string
  /** Errors that no page should have: what was thrown and not caught. */
  readonly errors: string[] = []

  constructor(page: Page, storeUrl: string) {
    this.page = page
    this.#url = storeUrl
    page.on("pageerror", (error) => this.errors.push(error.message))
  }

  async logIn(): Promise<void> {
    await this.page.goto(`${this.#url}/app/login`)
    await this.page.fill("input[name=email]", ADMINISTRATOR.email, { timeout: LOGIN_TIMEOUT_MS })
    await this.page.fill("input[name=password]", ADMINISTRATOR.password)
    await this.page.click("button[type=submit]")
    await this.page.waitForURL((url) => !url.pathname.includes("login"), { timeout: LOGIN_TIMEOUT_MS })
    // The tests refresh by the button, so that they know when.
    await this.useRefresh(0)
  }

  /** Opens a page of the dashboard, by its path below `/app`. */
  async open(path: string): Promise<void> {
    await this.page.goto(`${this.#url}/app${path}`)
  }

  async openCache(query = ""): Promise<void> {
    await this.open(`/settings/cache${query}`)
    await this.page.getByTestId("cache-page").waitFor()
  }

  async refresh(): Promise<void> {
    const answered = this.page.waitForResponse((response) => response.url().includes("/admin/cache/stats"))
    await this.page.getByRole("button", { name: "Refresh now" }).click()
    await answered
  }

  /** The number that a tile shows. */
  async tile(name: string): Promise<string> {
    return (await this.page.getByTestId(`tile-${name}`).locator("[data-value]").textContent()) ?? ""
  }

  tagRow(tag: string): Locator {
    return this.page.locator(`tr[data-tag="${tag}"]`)
  }

  get dialog(): Locator {
    return this.page.getByTestId("clear-dialog")
  }

  get widget(): Locator {
    return this.page.getByTestId("cache-widget")
  }

  async openClearDialog(): Promise<void> {
    await this.page.getByRole("button", { name: "Clear cache" }).click()
    await this.dialog.waitFor()
  }

  /** What the axe rules find wrong with a part of the page, of serious and critical impact. */
  async violations(within: string): Promise<string[]> {
    await this.page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") })
    const { violations } = await this.page.evaluate<AxeResult>(`axe.run(${JSON.stringify(within)})`)
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 300)} ${failureSummary}`)
      )
  }

  /** How often the page refreshes by itself, in seconds, from the next page on. */
  async useRefresh(seconds: 0 | 15 | 60): Promise<void> {
    await this.#store("memcached-cache-refresh-seconds", String(seconds))
  }

  /** From the next page on. */
  async useLanguage(code: string): Promise<void> {
    await this.#store("lng", code)
    await this.page.evaluate(`document.cookie = "lng=${code};path=/"`)
  }

  /** From the next page on. */
  async useTheme(theme: "light" | "dark"): Promise<void> {
    await this.#store("medusa_admin_theme", theme)
  }

  async #store(name: string, value: string): Promise<void> {
    await this.page.evaluate(`localStorage.setItem(${JSON.stringify(name)}, ${JSON.stringify(value)})`)
  }
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}
