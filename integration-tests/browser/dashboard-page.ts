import { setTimeout as delay } from "node:timers/promises"
import type { Locator, Page, Request } from "playwright-core"
import { eventually } from "../../testing/eventually"
import { ADMINISTRATOR } from "./store"

const LOGIN_TIMEOUT_MS = 120_000
/** Instead of Playwright's half a minute, for machines that are busy. */
const PATIENCE_MS = 90_000
/** From one refresh to the next: each costs the browser and the shop some tenths of a second, and figures come every few seconds. */
const REFRESH_PAUSE_MS = 500
/** Without a request for so long, a page has asked for everything that it shows. */
const QUIET_MS = 2_000

/** The dashboard in a browser, as a person uses it. */
export class DashboardPage {
  readonly page: Page
  readonly #url: string
  /** Requests to the plugin's API without an answer. */
  readonly #underWay = new Set<Request>()
  #askedAt = performance.now()
  /** Errors that no page should have: what was thrown and not caught. */
  readonly errors: string[] = []

  constructor(page: Page, storeUrl: string) {
    this.page = page
    this.#url = storeUrl
    page.setDefaultTimeout(PATIENCE_MS)
    page.on("pageerror", (error) => this.errors.push(error.message))
    page.on("request", (request) => {
      if (!request.url().includes("/admin/cache")) return
      this.#underWay.add(request)
      this.#askedAt = performance.now()
    })
    page.on("requestfinished", (request) => void this.#underWay.delete(request))
    page.on("requestfailed", (request) => void this.#underWay.delete(request))
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
    // Nobody waits any more for what the page before this one has asked.
    this.#underWay.clear()
    await this.page.goto(`${this.#url}/app${path}`)
  }

  async openCache(query = ""): Promise<void> {
    await this.open(`/settings/cache${query}`)
    await this.page.getByTestId("cache-page").waitFor()
  }

  /** Opens the page anew in the dashboard as it runs, as its menu does: loading the dashboard takes a second of the processor. */
  async showCache(query = ""): Promise<void> {
    for (const [path, state] of [
      ["/settings/store", "detached"],
      [`/settings/cache${query}`, "visible"],
    ] as const) {
      const url = JSON.stringify(`/app${path}`)
      await this.page.evaluate(`history.pushState(null, "", ${url}); dispatchEvent(new PopStateEvent("popstate"))`)
      await this.page.getByTestId("cache-page").waitFor({ state })
    }
  }

  async refresh(): Promise<void> {
    const answered = this.page.waitForResponse((response) => response.url().includes("/admin/cache/stats"))
    await this.page.getByRole("button", { name: "Refresh now" }).click()
    await answered
    // Everything was asked for together; what the slowest of it changes, changes now and not during a test's next step.
    await eventually(
      () => this.#underWay.size,
      (count) => count === 0,
      PATIENCE_MS
    )
  }

  /** Refreshes until the page shows what it is to show. */
  async refreshUntil(holds: () => Promise<boolean>): Promise<void> {
    await eventually(
      async () => {
        await this.refresh()
        if (await holds()) return true
        await delay(REFRESH_PAUSE_MS)
        return false
      },
      (value) => value,
      PATIENCE_MS
    )
  }

  /**
   * Returns when the plugin's API has answered everything and is asked for nothing more. Playwright's "networkidle" is a
   * moment of the load of a page, which has passed for good when it has been reached once.
   */
  async untilQuiet(): Promise<void> {
    const startedAt = performance.now()
    await eventually(
      () => this.#underWay.size === 0 && performance.now() - Math.max(startedAt, this.#askedAt) > QUIET_MS,
      (isQuiet) => isQuiet,
      PATIENCE_MS
    )
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

  /** What the dashboard says for some seconds in a corner. */
  get toast(): Locator {
    return this.page.locator("[data-sonner-toast]")
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
