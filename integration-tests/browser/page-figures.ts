import type { DashboardPage } from "./dashboard-page"
import type { StoreClient } from "./store-client"

interface Subject {
  readonly dashboard: () => DashboardPage
  readonly shop: () => StoreClient
  /** Asks for lists of products, until the cache has them. */
  readonly visit: () => Promise<void>
}

/** What the page says of figures, against what the API says. */
export function describeFigures({ dashboard, shop, visit }: Subject): void {
  const page = () => dashboard().page
  const verdict = () => page().getByTestId("cache-verdict")
  const textOf = async (testId: string): Promise<string> => (await page().getByTestId(testId).textContent()) ?? ""
  const products = async () => (await shop().stats()).stats.by_entity.find(({ entity }) => entity === "Product")
  const until = (holds: () => Promise<boolean>) => dashboard().refreshUntil(holds)
  const editOne = async (title: string) => {
    const [product] = await shop().listProducts()
    if (!product) throw new Error("The shop has no products")
    await shop().rename(product.id, title)
    return product
  }

  describe("the figures", () => {
    it("begin with what comes from the cache, and how long that takes instead", async () => {
      await dashboard().openCache()
      for (let i = 0; i < 20; i++) await visit()
      await until(
        async () => (await verdict().count()) > 0 && /of 100 lookups of products/.test(await textOf("cache-verdict"))
      )
      const figures = await products()
      const shown = /(\d+) of 100 lookups of products come from the cache: (.+) instead of ≈ (.+)\./.exec(
        await textOf("cache-verdict")
      )
      expect(Math.abs(Number(shown?.[1]) - Math.floor((figures?.hit_rate ?? 0) * 100))).toBeLessThanOrEqual(2)
      expect(figures?.build_ms ?? 0).toBeGreaterThan(figures?.hit_ms ?? Infinity)
    })

    it("say why lookups miss, with the counts of the API", async () => {
      await visit()
      await editOne("Edited once")
      await visit()
      await until(async () => (await page().locator("tr[data-cause=cleared]").count()) === 1)
      const { misses } = (await shop().stats()).stats.totals
      for (const cause of ["new", "cleared"] as const) {
        const cells = await page().locator(`tr[data-cause=${cause}] td`).allTextContents()
        expect(Number(cells[1]?.replace(",", ""))).toBe(misses[cause])
      }
      expect(await textOf("cache-misses")).toContain("The data had changed, or somebody cleared it")
    })

    it("tell the lookups after clears from the clears", async () => {
      const row = page().getByTestId("cache-entities").locator("tr", { hasText: "products" })
      await until(async () => /\d+ lookups?\d+ after \d+ clears? of/.test((await row.textContent()) ?? ""))
      const { misses, cleared_by: by } = (await products()) ?? {}
      expect(await row.textContent()).toContain(`${misses?.cleared} lookup`)
      expect(await row.textContent()).toContain(`after ${by?.[0]?.clears} clear`)
      expect(await row.textContent()).toContain(by?.[0]?.tag)
    })

    it("name what was changed, who changed it, and what that cost", async () => {
      const title = `Named ${Date.now()}`
      await visit()
      const { id } = await editOne(title)
      await visit()
      const clears = page().getByTestId("cache-clears")
      await until(async () => (await clears.getByText(title).count()) > 0)
      const line = clears.locator("li", { hasText: title }).first()
      await until(async () => (await line.getByTestId("clear-cost").count()) > 0)
      expect(await line.getByTestId("clear-cost").textContent()).toMatch(/^Cost \d+ lookups?\. Rebuilding took ≈ /)
      const { clears: told } = await shop().clears()
      expect(told.find(({ sample_name }) => sample_name === title)?.sample[0]).toBe(`Product:${id}`)
    })

    it("find tags by the name of what they stand for", async () => {
      const title = `Findable ${Date.now()}`
      const { id } = await editOne(title)
      await visit()
      await page()
        .getByRole("textbox", { name: "Search tags" })
        .or(page().getByPlaceholder("Search tags"))
        .first()
        .fill(title)
      const row = page().locator(`tr[data-tag="Product:${id}"]`)
      await until(async () => (await row.isVisible()) && (await page().locator("tr[data-tag]").count()) === 1)
      expect(await row.textContent()).toContain(title)
    })

    it("list the largest entries by what they contain, and look into one", async () => {
      await dashboard().showCache()
      await visit()
      const rows = page().locator("tr[data-entry]")
      await until(async () => (await rows.count()) > 1)
      const sizes = (await shop().entries()).entries.map(({ stored_bytes }) => stored_bytes)
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
      expect(await rows.first().textContent()).toMatch(/\d+ products: /)
      await rows.first().getByRole("button").click()
      await page()
        .getByTestId("cache-inspector")
        .getByText(/products: /)
        .first()
        .waitFor()
      await page().keyboard.press("Escape")
    })
  })
}
