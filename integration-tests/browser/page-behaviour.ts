import type { Locator, Page, Request } from "playwright-core"
import type { DashboardPage } from "./dashboard-page"

const ONE_INVALIDATION = /\/admin\/cache\/invalidation\?/

interface Subject {
  readonly dashboard: () => DashboardPage
  /** Another page of the same browser. */
  readonly newPage: () => Promise<DashboardPage>
  /** Visits the storefront, so that there is something to show. */
  readonly visit: () => Promise<void>
}

/** What does not depend on figures: the keyboard, touch, languages, waiting, and what the dialog says. */
export function describeBehaviour({ dashboard, newPage, visit }: Subject): void {
  const page = () => dashboard().page
  const dialog = () => dashboard().dialog
  const preview = (text: string | RegExp) => page().getByTestId("clear-preview").getByText(text).waitFor()
  const untilFocused = (locator: Locator) => locator.and(page().locator(":focus")).waitFor()
  const directionOf = (testId: string) =>
    page().evaluate<string>(`getComputedStyle(document.querySelector("[data-testid=${testId}]")).direction`)
  /** Texts of a card that are wider than the place they have, other than those with an ellipsis. */
  const cutOff = (testId: string) =>
    page().evaluate<string[]>(
      `[...document.querySelectorAll("[data-testid=${testId}] :is(span, p, dd)")]
        .filter((e) => e.scrollWidth > e.clientWidth && e.clientWidth > 1 && getComputedStyle(e).display !== "inline")
        .filter((e) => getComputedStyle(e).textOverflow !== "ellipsis")
        .map((e) => e.textContent)`
    )
  const enterTags = async (text: string) => {
    await dashboard().openClearDialog()
    await page().getByTestId("scope-tags").click()
    await page().getByRole("textbox", { name: "Tags" }).fill(text)
  }
  const untilTagsAreListed = async () => {
    await visit()
    await dashboard().refreshUntil(async () => {
      if ((await page().locator("tr[data-tag]").count()) > 0) return true
      await visit()
      return false
    })
  }

  const openWithTags = async () => {
    await dashboard().openCache()
    await untilTagsAreListed()
  }
  const showWithTags = async () => {
    await dashboard().showCache()
    await untilTagsAreListed()
  }

  describe("the list of tags", () => {
    it.each(["?q=Region&page=2", "?page=50"])("goes to its last page for a page beyond: %s", async (query) => {
      await openWithTags()
      await dashboard().openCache(query)
      await page().locator("tr[data-tag]").first().waitFor()
    })
  })

  describe("the focus", () => {
    it.each(["Escape", "Cancel", "Close"])("goes to the first choice of the dialog, and back after %s", async (way) => {
      await dashboard().showCache()
      const opener = page().getByRole("button", { name: "Clear cache" })
      await opener.focus()
      await page().keyboard.press("Enter")
      await untilFocused(dialog().getByRole("radio").first())
      if (way === "Escape") await page().keyboard.press("Escape")
      else await dialog().getByRole("button", { name: way, exact: true }).click()
      await dialog().waitFor({ state: "detached" })
      await untilFocused(opener)
    })

    it("goes to the end of a clear, and back after it", async () => {
      await dashboard().showCache()
      await dashboard().openClearDialog()
      await page().getByTestId("scope-key").click()
      await page().getByRole("textbox", { name: "Key" }).fill("does-not-exist")
      await preview("Nothing is cached for this.")
      await page().getByTestId("clear-submit").click()
      await page().getByTestId("clear-result").getByText("Nothing was cached for this").waitFor()
      const done = page().getByRole("button", { name: "Done" })
      await untilFocused(done)
      await done.click()
      await untilFocused(page().getByRole("button", { name: "Clear cache" }))
    })

    it("goes back to the question's own button when the question is refused", async () => {
      await dashboard().showCache()
      await enterTags("Product:list:*")
      await page().getByTestId("clear-submit").click()
      await page().getByRole("alertdialog").waitFor()
      await page().keyboard.press("Escape")
      await untilFocused(page().getByTestId("clear-submit"))
    })

    it("goes back from the drawer to the tag, or to the menu of the tag", async () => {
      await showWithTags()
      const row = page().locator("tr[data-tag]").first()
      const inspector = page().getByTestId("cache-inspector")
      const name = row.locator("td button").nth(1)
      await name.focus()
      await page().keyboard.press("Enter")
      await inspector.waitFor()
      await untilFocused(inspector.locator("[data-first]"))
      await page().keyboard.press("Escape")
      await inspector.waitFor({ state: "detached" })
      await untilFocused(name)

      const menu = row.getByRole("button", { name: /^Actions for/ })
      await menu.click()
      await page().getByRole("menuitem", { name: "Inspect" }).click()
      await inspector.waitFor()
      await inspector.getByRole("button", { name: "Close" }).click()
      await inspector.waitFor({ state: "detached" })
      await untilFocused(menu)
    })
  })

  describe("the search for a product to clear", () => {
    const field = () => dialog().getByRole("combobox", { name: "Search" })
    const openList = async () => {
      await dashboard().showCache()
      await dashboard().openClearDialog()
      await field().click()
      await dialog().getByRole("option").first().waitFor()
    }

    it("takes nothing of the list before, when Enter comes before the new one", async () => {
      await openList()
      let release = (): void => undefined
      const isReleased = new Promise<void>((resolve) => (release = resolve))
      const searches = /\/admin\/products\?.*q=/
      await page().route(searches, async (route) => {
        await isReleased
        await route.continue()
      })
      await page().keyboard.type("shell")
      await page().keyboard.press("Enter")
      release()
      await dialog().getByRole("option").filter({ hasText: "Fjordline Shell" }).waitFor()
      await page().unroute(searches)
      expect(await dialog().getByRole("list", { name: "Selected" }).count()).toBe(0)
    })

    it("shows the choice that the arrow keys have reached", async () => {
      await openList()
      const last = dialog().getByRole("option").last()
      await page().keyboard.press("ArrowUp")
      expect(await last.getAttribute("id")).toBe(await field().getAttribute("aria-activedescendant"))
      const list = await dialog().getByRole("listbox").locator("..").boundingBox()
      const box = await last.boundingBox()
      expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual((list?.y ?? 0) + (list?.height ?? 0))
    })
  })

  describe("a clear whose dialog was closed", () => {
    it("still says how it went", async () => {
      let answer = () => undefined as void
      await page().route("**/admin/cache/clear", async (route) => {
        if (route.request().postData()?.includes("dry_run") === true) return route.continue()
        await new Promise<void>((resolve) => (answer = resolve))
        return route.fulfill({ status: 500, json: { message: "Memcached did not take it" } })
      })
      await dashboard().showCache()
      await dashboard().openClearDialog()
      await page().getByTestId("scope-key").click()
      await page().getByRole("textbox", { name: "Key" }).fill("a-key")
      const sent = page().waitForRequest((request) => /"keys":\["a-key"\]}$/.test(request.postData() ?? ""))
      await page().getByTestId("clear-submit").click()
      await sent
      await page().keyboard.press("Escape")
      await dialog().waitFor({ state: "detached" })
      answer()
      await dashboard().toast.getByText("The clear failed").waitFor()
      await page().unroute("**/admin/cache/clear")
    })

    it.each([
      ["at once", "menu", /\/admin\/cache\/clear$/],
      ["in the background", "Nobody:*", ONE_INVALIDATION],
    ])("still rebuilds when that was asked for, after a clear %s", async (_how, text, route) => {
      let release = () => undefined as void
      const held = new Promise<void>((resolve) => (release = resolve))
      const cleared = {
        status: "applied",
        all: false,
        targets: 1,
        tags: [text],
        keys: [],
        entries: 3,
        pending_servers: [],
      }
      const run = { id: "one", state: "done", total: 1, done: 1, pending: 0, message: "", batches: [] }
      await page().route("**/admin/cache/invalidations", (route) =>
        route.request().method() === "POST"
          ? route.fulfill({ status: 202, json: { invalidation: { ...run, state: "running", done: 0 } } })
          : route.continue()
      )
      await page().route(route, async (route) => {
        if (route.request().postData()?.includes("dry_run") === true) return route.continue()
        await held
        return route.fulfill({ json: { clear: cleared, invalidation: run } })
      })
      await dashboard().showCache()
      await enterTags(text)
      await page().getByTestId("warm-option").click()
      const sent = page().waitForRequest(
        (request) => route.test(request.url()) && !request.postData()?.includes("dry_run")
      )
      await page().getByTestId("clear-submit").click()
      if (text.includes("*")) await page().getByRole("alertdialog").getByRole("button", { name: "Clear" }).click()
      await sent
      await page().keyboard.press("Escape")
      await dialog().waitFor({ state: "detached" })
      const rebuilt = page().waitForRequest((request) => request.url().endsWith("/warm") && request.method() === "POST")
      release()
      await rebuilt
      await page().unroute(route)
      await page().unroute("**/admin/cache/invalidations")
    })

    it.each([
      ["failed", "Failed", "It was interrupted."],
      ["partly_done", "Partly done", "Not all tags could be read"],
    ])("stays on the page when it has %s, and says why", async (state, name, reason) => {
      const run = { id: "one", state, dry_run: false, provider_id: "caching-memcached", total: 3_000 }
      const rest = { done: 1_000, pending: 0, retries: 0, duration_ms: 0, message: "It was interrupted." }
      await page().route("**/admin/cache/invalidations*", (route) =>
        route.fulfill({ json: { invalidations: [{ ...run, ...rest }], count: 1, offset: 0, limit: 5 } })
      )
      await dashboard().openCache()
      const card = page().getByTestId("cache-clears")
      for (const text of ["1,000 of 3,000", name, reason]) await card.getByText(text).waitFor()
      await page().unroute("**/admin/cache/invalidations*")
    })
  })

  describe("what could not be read again", () => {
    it.each(["stats", "servers", "clears", "tags", "entries"])(
      "is told of %s, which show what they were",
      async (part) => {
        await openWithTags()
        await page().route(`**/admin/cache/${part}*`, (route) => route.fulfill({ status: 500, json: {} }))
        const answered = page().waitForResponse((response) => response.status() === 500)
        await page().getByRole("button", { name: "Refresh now" }).click()
        await answered
        await page().getByTestId("cache-trouble").getByText("Could not refresh the figures").waitFor()
        await page().unroute(`**/admin/cache/${part}*`)
        await dashboard().refreshUntil(async () => (await page().getByTestId("cache-trouble").count()) === 0)
      }
    )
  })

  describe("an answer that is not the plugin's, although it reports success", () => {
    const answerWith = (part: string, json: unknown) =>
      page().route(`**/admin/cache${part}`, (route) => route.fulfill({ json }))

    it.each([{}, [], null, "ok", { cache: null }])("is told in place of the page: %j", async (answer) => {
      await answerWith("", answer)
      await dashboard().open("/settings/cache")
      await page().getByTestId("cache-failed").getByText("/admin/cache").waitFor()
      await page().unroute("**/admin/cache")
    })

    it.each(["stats*", "servers", "tags*", "clears*", "entries*", "invalidations*"])(
      "leaves all but its own part of the page alone: %s",
      async (part) => {
        await answerWith(`/${part}`, { message: "maintenance" })
        await dashboard().openCache()
        await page().getByTestId("cache-configuration").waitFor()
        await dashboard().untilQuiet()
        await page().getByTestId("cache-configuration").waitFor()
        expect(await page().getByRole("button", { name: "Try again" }).count()).toBe(part === "invalidations*" ? 0 : 1)
        await page().unroute(`**/admin/cache/${part}`)
      }
    )

    it("to a clear is told as its failure", async () => {
      await dashboard().showCache()
      await dashboard().openClearDialog()
      await page().getByTestId("scope-key").click()
      await page().getByRole("textbox", { name: "Key" }).fill("a-key")
      await preview("Nothing is cached for this.")
      await answerWith("/clear", {})
      await page().getByTestId("clear-submit").click()
      await page().getByTestId("clear-result").getByText("The clear failed").waitFor()
      await page().unroute("**/admin/cache/clear")
    })

    it("is not saved as a table", async () => {
      await dashboard().showCache()
      await page().route("**/admin/cache/clears*", (route) =>
        route.request().headers().accept === "text/csv"
          ? route.fulfill({ contentType: "text/html", body: "<h1>Log in</h1>" })
          : route.continue()
      )
      await page().getByTestId("cache-clears").getByRole("button", { name: "More", exact: true }).click()
      await page().getByRole("menuitem").click()
      await dashboard().toast.getByText("The file could not be downloaded").waitFor()
      await page().unroute("**/admin/cache/clears*")
    })
  })

  describe("an entry", () => {
    it("of one product says no number", async () => {
      await openWithTags()
      await page().route("**/admin/cache/entries*", async (route) => {
        const response = await route.fetch()
        const { entries, ...rest } = (await response.json()) as { entries: object[] }
        const about = { entity: "Product", count: 1, names: ["Fell Boot"] }
        await route.fulfill({ response, json: { ...rest, entries: entries.map((entry) => ({ ...entry, about })) } })
      })
      await dashboard().refresh()
      await page().getByTestId("cache-entries").getByText("products: Fell Boot", { exact: true }).first().waitFor()
      await page().unroute("**/admin/cache/entries*")
    })

    it("that is not there has neither a size nor a time to live", async () => {
      await dashboard().showCache("?cache_key=nobody-has-stored-this")
      const inspector = page().getByTestId("cache-inspector")
      await inspector.getByText("Not found").waitFor()
      expect(await inspector.textContent()).not.toMatch(/Never|bytes|0 tags|Build time/)
    })
  })

  describe("what somebody may not do", () => {
    it.each(["?tag=Product:list:*", "?cache_key=a-key"])(
      "is disabled with the reason in the drawer of %s",
      async (query) => {
        await page().route("**/admin/cache", async (route) => {
          const response = await route.fetch()
          const { cache } = (await response.json()) as { cache: object }
          await route.fulfill({ response, json: { cache: { ...cache, permissions: { read: true, clear: false } } } })
        })
        await dashboard().openCache(query)
        await page()
          .getByTestId("cache-inspector")
          .getByRole("note", { name: /can't clear the cache/ })
          .waitFor()
        await page().unroute("**/admin/cache")
      }
    )
  })

  describe("times", () => {
    it("of what has happened are not in the future, and go on, also in a browser whose clock is late", async () => {
      await openWithTags()
      const other = await newPage()
      await other.open("/settings/store")
      await other.page.clock.install({ time: Date.now() - 900_000 })
      await other.openCache()
      await other.page.locator("tr[data-tag]").first().waitFor()
      await other.page
        .getByTestId("tile-evictions")
        .getByText(/uptime/)
        .waitFor()
      await other.page.getByTestId("cache-entries").locator("time").first().waitFor()
      expect(await other.page.getByTestId("cache-page").textContent()).not.toMatch(/in \d+ (second|minute)s?|In 0 ms/)
      await other.page.clock.runFor(1_000_000)
      await other.page
        .getByTestId("cache-entries")
        .locator("time")
        .first()
        .getByText(/minute/)
        .waitFor()
      await other.page.close()
    })

    it("of what is still to come have not passed in a browser whose clock is two hours early", async () => {
      await openWithTags()
      const other = await newPage()
      await other.open("/settings/store")
      await other.page.clock.install({ time: Date.now() + 7_200_000 })
      await other.openCache()
      await other.page.getByTestId("cache-entries").locator("tr[data-entry] button").first().click()
      await other.page
        .getByTestId("cache-inspector")
        .locator("dd time")
        .filter({ hasText: /^in (\d+ minutes|1 hour) / })
        .waitFor()
      await other.page.close()
    })
  })

  describe("a tip", () => {
    const shown = () => page().getByRole("tooltip")
    const figure = () => page().getByTestId("tile-hit-rate").getByRole("button")

    it("opens on focus, describes its control, and closes on Escape", async () => {
      await showWithTags()
      await figure().focus()
      await shown().waitFor()
      expect(await shown().getAttribute("id")).toBe(await figure().getAttribute("aria-describedby"))
      expect(await shown().textContent()).not.toBe("")
      await page().keyboard.press("Escape")
      await shown().waitFor({ state: "detached" })
    })

    it("explains a figure", async () => {
      await showWithTags()
      await figure().focus()
      await shown().waitFor()
      expect(await page().locator("[data-testid=cache-tiles] [title]").count()).toBe(0)
    })

    it("opens on a tap", async () => {
      await showWithTags()
      await figure().scrollIntoViewIfNeeded()
      await tap(page(), figure())
      await shown().waitFor()
    })
  })

  describe("waiting for answers", () => {
    // In milliseconds. The page asks for everything else once it has the first.
    const DELAYS = new Map<string | undefined, number>([
      ["stats", 3_000],
      ["servers", 2_000],
      ["clears", 2_500],
      ["invalidations", 1_500],
      ["tags", 4_000],
    ])

    it.each([
      [1440, 900],
      [768, 1024],
      [390, 844],
    ])("moves nothing that is read already, at %d x %d", async (width, height) => {
      await openWithTags()
      const other = await newPage()
      await other.page.setViewportSize({ width, height })
      await other.page.addInitScript(MEASURE_SHIFT)
      await other.page.route("**/admin/cache**", async (route) => {
        const [, part] = /\/admin\/cache\/(\w+)/.exec(route.request().url()) ?? []
        await new Promise((resolve) => setTimeout(resolve, DELAYS.get(part) ?? 1_000))
        await route.continue()
      })
      await other.open("/settings/cache")
      await other.page.getByTestId("cache-loading").waitFor()
      await other.page.locator("tr[data-tag]").first().waitFor()
      await other.untilQuiet()
      expect(await other.page.evaluate<number>("window.layoutShift")).toBeLessThanOrEqual(0.1)
      await other.page.close()
    })

    it.each(["dark", "light"] as const)("can be seen in %s", async (theme) => {
      await dashboard().useTheme(theme)
      await page().route("**/admin/cache/{stats,tags,servers}*", () => new Promise(() => undefined))
      await dashboard().openCache()
      await page().getByRole("status", { name: "Loading" }).first().waitFor()
      const contrasts = await page().evaluate<number[]>(SKELETON_CONTRASTS)
      await page().unroute("**/admin/cache/{stats,tags,servers}*")
      expect(contrasts.length).toBeGreaterThan(3)
      expect(Math.min(...contrasts)).toBeGreaterThan(1.2)
      await dashboard().useTheme("light")
    })
  })

  describe("a clear in the background", () => {
    it("is looked at before, when it is a pattern", async () => {
      await openWithTags()
      await enterTags("Product:*")
      await preview(/^\d+ tags will be cleared in the background\. Up to about \d+ entr(y|ies) will be cleared\.$/)
      await page().getByTestId("clear-submit").click()
      await page().getByRole("alertdialog").getByText("Clear Product:*?").waitFor()
    })

    it("says one thing at a time, and figures in one form", async () => {
      let isHeld = true
      await page().route(ONE_INVALIDATION, async (route) => {
        const response = await route.fetch()
        const answer = (await response.json()) as { invalidation: object }
        const running = { ...answer.invalidation, state: "running", done: 1_000, ended_at: null }
        await route.fulfill({ response, json: isHeld ? { invalidation: running } : answer })
      })
      await dashboard().openCache()
      // With commas: Chromium takes half a minute to type as many lines.
      await enterTags(Array.from({ length: 3_000 }, (_, i) => `Nobody:${i}`).join(","))
      await preview("3,000 tags will be cleared in the background.")
      expect(await dialog().textContent()).not.toMatch(/3000/)
      await page().getByTestId("clear-submit").click()
      const prompt = page().getByRole("alertdialog")
      await prompt.getByText("Clear 3,000 tags?").waitFor()
      expect(await prompt.textContent()).not.toContain("many entries")
      await prompt.getByRole("button", { name: "Clear" }).click()

      await dialog().getByText("1,000 of 3,000").waitFor()
      const during = await dialog().textContent()
      expect(during).toContain("Clearing 3,000 tags …")
      expect(during).not.toMatch(/Cleared|Done/)
      await page().getByTestId("clear-result").getByText("even if you leave this page").waitFor()

      isHeld = false
      await page().getByTestId("clear-result").getByText("Cleared 3,000 tags.").waitFor()
      const after = await dialog().textContent()
      expect(after).not.toMatch(/Clearing|background|Running/)
      expect(after).toContain("Done")
      await page().unroute(ONE_INVALIDATION)
    })
  })

  describe("the search for tags", () => {
    it("keeps every letter that is typed while it searches, on a slow machine", async () => {
      await openWithTags()
      const session = await page().context().newCDPSession(page())
      await session.send("Emulation.setCPUThrottlingRate", { rate: 6 })
      const field = page().getByRole("searchbox")
      // As long from one letter to the next as the pause after which it searches.
      await field.pressSequentially("Product:list", { delay: 320 })
      await dashboard().untilQuiet()
      // Ends the throttling.
      await session.detach()
      expect(await field.inputValue()).toBe("Product:list")
      expect(new URL(page().url()).searchParams.get("q")).toBe("Product:list")
    })
  })

  describe("the selection of tags", () => {
    const clears: string[] = []
    const noteClears = (request: Request) => {
      if (request.url().endsWith("/admin/cache/clear")) clears.push(request.postData() ?? "")
    }
    const selected = () => page().getByText("1 selected", { exact: true })
    const selectFirst = async () => {
      clears.length = 0
      await dashboard().showCache("?q=Product%3Aprod_")
      await dashboard().refreshUntil(async () => (await page().locator("tr[data-tag]").count()) > 1)
      await page().locator("tr[data-tag]").first().getByRole("checkbox").click()
      await selected().waitFor()
    }
    beforeEach(() => void page().on("request", noteClears))
    afterEach(() => void page().off("request", noteClears))

    it.each(["Control+c", "Meta+c", "Alt+c"])("is not cleared by %s, which is not C", async (keys) => {
      await selectFirst()
      await page().keyboard.press(keys)
      await dashboard().untilQuiet()
      expect(clears).toEqual([])
    })

    it("is not cleared by a letter for a menu or a drawer", async () => {
      await selectFirst()
      const row = page().locator("tr[data-tag]").nth(1)
      await row.getByRole("button", { name: /^Actions for/ }).click()
      await page().getByRole("menu").waitFor()
      await page().keyboard.press("c")
      await page().keyboard.press("Escape")
      await page().getByRole("menu").waitFor({ state: "detached" })
      await row.locator("td button").nth(1).click()
      await page().getByTestId("cache-inspector").waitFor()
      await page().keyboard.press("c")
      await page().keyboard.press("Escape")
      await page().getByTestId("cache-inspector").waitFor({ state: "detached" })
      await dashboard().untilQuiet()
      expect(clears).toEqual([])
      expect(await selected().count()).toBe(1)
    })

    it("is cleared by C, and given up by Escape", async () => {
      await selectFirst()
      await page().keyboard.press("Escape")
      await selected().waitFor({ state: "detached" })
      await page().locator("tr[data-tag]").first().getByRole("checkbox").click()
      await selected().waitFor()
      await page().keyboard.press("c")
      await selected().waitFor({ state: "detached" })
      expect(clears).toHaveLength(1)
    })

    it("is cleared once by two clicks", async () => {
      await selectFirst()
      await page().getByTestId("clear-selected").dblclick()
      await selected().waitFor({ state: "detached" })
      await dashboard().untilQuiet()
      expect(clears).toHaveLength(1)
    })

    it("says how much of it a search hides", async () => {
      await showWithTags()
      await page().locator("tr[data-tag]").first().getByRole("checkbox").click()
      await page().getByText("1 selected", { exact: true }).waitFor()
      await page().getByRole("searchbox").fill("no tag is called this")
      await page().getByText("1 selected, 1 not shown").waitFor()
    })
  })

  describe("the configuration", () => {
    const card = () => page().getByTestId("cache-configuration")

    it("shows what differs from the defaults by its own name, and the rest when it is asked to", async () => {
      await dashboard().showCache()
      expect(await card().locator("[data-option=cachePrefix]").textContent()).toBe("cachePrefixbrowserdefault medusa")
      expect(await card().locator("[data-option=defaultTtl]").count()).toBe(0)
      await card().getByRole("button", { name: "Show all options" }).click()
      expect(await card().locator("[data-option=defaultTtl]").textContent()).toBe("defaultTtl3600")
    })

    it("is copied with the versions of everything", async () => {
      await page().context().grantPermissions(["clipboard-read", "clipboard-write"])
      await dashboard().showCache()
      await page().getByTestId("cache-servers").getByText("Uptime").waitFor()
      await card().getByRole("button", { name: "Copy diagnostics" }).click()
      await page().getByText("Diagnostics copied").first().waitFor()
      const version = expect.stringMatching(/^\d+\.\d+\.\d+/) as string
      expect(JSON.parse(await page().evaluate<string>("navigator.clipboard.readText()"))).toMatchObject({
        cache: { versions: { plugin: version, medusa: version, node: version } },
        servers: [{ stats: { version } }],
      })
    })
  })

  describe("the layout", () => {
    it("has what can be done with a card beside its title, however long the line below that is", async () => {
      await showWithTags()
      const tags = page().getByTestId("cache-tags")
      const title = await tags.getByRole("heading", { name: "Tags" }).boundingBox()
      const menu = await tags.getByRole("button", { name: "More" }).boundingBox()
      expect(menu?.x).toBeGreaterThan((title?.x ?? Infinity) + 300)
      expect(Math.abs((menu?.y ?? Infinity) - (title?.y ?? 0))).toBeLessThan(40)
    })
  })

  describe("what does not fit", () => {
    it("is not cut: the numbers of a bar on a phone", async () => {
      await openWithTags()
      const size = page().viewportSize() ?? { width: 1440, height: 1400 }
      await page().setViewportSize({ width: 390, height: 844 })
      const slider = page().getByRole("slider")
      await slider.scrollIntoViewIfNeeded()
      const box = (await slider.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
      const readout = page().getByTestId("chart-readout")
      for (const share of [0.01, 0.35, 0.48, 0.52, 0.65, 0.99]) {
        await page().mouse.move(box.x + box.width * share, box.y + 40)
        await readout.waitFor()
        const { x, width } = (await readout.boundingBox()) ?? { x: -1, width: 0 }
        expect(x).toBeGreaterThanOrEqual(0)
        expect(x + width).toBeLessThanOrEqual(390)
      }
      await page().setViewportSize(size)
    })

    it("is not cut: the state of a server with a long name; and a long name of somebody widens nothing", async () => {
      await openWithTags()
      await page().route("**/admin/cache/{servers,clears}*", async (route) => {
        const response = await route.fetch()
        const { servers = [], clears = [] } = (await response.json()) as { servers?: object[]; clears?: object[] }
        const id = `${"shop-cache-production.".repeat(4)}euc1.cache.amazonaws.com:11211`
        await route.fulfill({
          response,
          json: {
            servers: servers.map((server) => ({ ...server, id, clears_pending: true })),
            clears: clears.map((clear) => ({ ...clear, actor_name: "Somebody".repeat(30) })),
          },
        })
      })
      await dashboard().refresh()
      expect(await cutOff("cache-servers")).toEqual([])
      expect(await cutOff("cache-clears")).toEqual([])
      await page().unroute("**/admin/cache/{servers,clears}*")
    })
  })

  describe("the verdict", () => {
    it("on what the shop waits for most does not speak of all lookups, of which most may hit", async () => {
      await openWithTags()
      await page().route("**/admin/cache/stats*", async (route) => {
        const response = await route.fetch()
        const { stats } = (await response.json()) as { stats: { totals: object; by_entity: object[] } }
        const totals = { ...stats.totals, lookups: 600, hits: 480, hit_rate: 0.8 }
        const by_entity = stats.by_entity.slice(0, 1).map((any) => ({
          ...any,
          ...{ entity: "Product", lookups: 200, hits: 80, hit_rate: 0.4 },
        }))
        await route.fulfill({ response, json: { stats: { ...stats, totals, by_entity } } })
      })
      await dashboard().refresh()
      const verdict = page().getByTestId("cache-verdict")
      await verdict.getByText(/^Working, but .* 40 of 100 lookups of products/).waitFor()
      expect(await verdict.textContent()).not.toContain("most lookups")
      await page().unroute("**/admin/cache/stats*")
    })
  })

  describe("a type of the shop's own", () => {
    it.each([
      ["a word of the page", "responses"],
      ["a word of JavaScript", "constructor"],
      ["a reference to a word of the page", "$t(page.title)"],
    ])("is called by its name, also when that is %s", async (_what, name) => {
      await openWithTags()
      await page().route("**/admin/cache/stats*", async (route) => {
        const response = await route.fetch()
        const { stats } = (await response.json()) as { stats: { by_entity: object[] } }
        const by_entity = stats.by_entity.slice(0, 1).map((entity) => ({ ...entity, entity: name }))
        await route.fulfill({ response, json: { stats: { ...stats, by_entity } } })
      })
      await dashboard().refresh()
      await page().getByTestId("cache-entities").getByText(name, { exact: true }).waitFor()
      await page().unroute("**/admin/cache/stats*")
    })
  })

  describe("the name of somebody", () => {
    it("in Arabic does not swap places with the number after it", async () => {
      await openWithTags()
      await page().route("**/admin/cache/clears*", async (route) => {
        const response = await route.fetch()
        const { clears, ...rest } = (await response.json()) as { clears: object[] }
        const line = { ...clears[0], at: "2026-01-01T00:00:00Z", actor_name: "ليلى", calls: 12 }
        await route.fulfill({ response, json: { ...rest, clears: [line] } })
      })
      await dashboard().refresh()
      await page().getByTestId("cache-clears").getByText("ليلى").waitFor()
      const [name, calls] = await page().evaluate<number[]>(`["ليلى", "12"].map((part) => {
        const card = document.querySelector("[data-testid=cache-clears]")
        const nodes = document.createNodeIterator(card, NodeFilter.SHOW_TEXT)
        for (let node; (node = nodes.nextNode()); ) {
          const start = node.data.indexOf(part)
          if (start === -1) continue
          const range = new Range()
          range.setStart(node, start)
          range.setEnd(node, start + part.length)
          return range.getBoundingClientRect().left
        }
      })`)
      await page().unroute("**/admin/cache/clears*")
      expect(name).toBeLessThan(calls ?? 0)
    })
  })

  describe("the landmarks", () => {
    it("have names of their own", async () => {
      await showWithTags()
      await page().addScriptTag({ path: require.resolve("axe-core/axe.min.js") })
      const { violations } = await page().evaluate<{ violations: object[] }>(
        `axe.run("[data-testid=cache-page]", { runOnly: ["landmark-unique"] })`
      )
      expect(violations).toEqual([])
    })
  })

  describe("in a language that is not translated", () => {
    const ARABIC = /[\u0600-\u06ff]/

    it("everything of the page is English, from left to right, with English figures", async () => {
      await dashboard().open("/settings/store")
      await dashboard().useLanguage("ar")
      await openWithTags()
      expect(await page().evaluate<string>("document.documentElement.dir")).toBe("rtl")
      expect(await directionOf("cache-page")).toBe("ltr")
      expect(await page().getByTestId("cache-page").textContent()).not.toMatch(ARABIC)
      const labels = await page().evaluate<number[]>(
        `[...document.querySelectorAll("[data-testid=traffic-plot] svg text")].map((text) => text.getBBox().x)`
      )
      expect(labels.length).toBeGreaterThan(6)
      expect(Math.min(...labels)).toBeGreaterThanOrEqual(0)

      // Time goes the same way in all charts.
      const line = `document.querySelector("[data-testid=cache-misses] svg")`
      expect(await page().evaluate<string>(`getComputedStyle(${line}).transform`)).toBe("none")

      await enterTags("Product:list:*")
      expect(await directionOf("clear-dialog")).toBe("ltr")
      expect(await dialog().textContent()).not.toMatch(ARABIC)

      await dashboard().open("/settings/store")
      await dashboard().useLanguage("en")
    })
  })
}

/** As a finger does it. */
async function tap(page: Page, target: Locator): Promise<void> {
  const box = await target.boundingBox()
  if (box === null) throw new Error("There is nothing to tap on")
  const session = await page.context().newCDPSession(page)
  await session.send("Emulation.setTouchEmulationEnabled", { enabled: true })
  const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }]
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints })
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] })
  await session.send("Emulation.setTouchEmulationEnabled", { enabled: false })
  await session.detach()
}

const MEASURE_SHIFT = `
  window.layoutShift = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value
  }).observe({ type: "layout-shift", buffered: true })`

/** Of each skeleton against what lies below it, by the formula of WCAG. */
const SKELETON_CONTRASTS = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number)
  const backgroundOf = (element) => {
    for (let e = element; e !== null; e = e.parentElement) {
      const [r, g, b, alpha = 1] = channels(getComputedStyle(e).backgroundColor)
      if (alpha === 1) return [r, g, b]
    }
    return [255, 255, 255]
  }
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  return [...document.querySelectorAll("[role=status][aria-busy=true] > div")].map((skeleton) => {
    const [dark, light] = [backgroundOf(skeleton), backgroundOf(skeleton.parentElement)].map(luminance).sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  })
})()`
