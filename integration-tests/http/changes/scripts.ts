import { ShopCache } from "../admin-cache/shop-cache"
import { untilCached } from "../running-cache"
import { Shop } from "../shop"
import { runScript } from "./medusa-exec"
import type { Section } from "./section"

const PROVIDER_ID = "caching-memcached"

export function describeScripts({ api, container, catalogue, headers, databaseUrl }: Section): void {
  const run = (...input: string[]) => runScript({ DATABASE_URL: databaseUrl }, ...input)

  describe("what the last line of a script changes is seen when the script has ended", () => {
    it.each(["workflow", "engine", "module"])("by a %s", async (way) => {
      const shop = new Shop(api, catalogue(), headers())
      const id = shop.catalogue.products[0]?.id ?? ""
      await untilCached(PROVIDER_ID, () => shop.listProducts())
      await run(way, id, `Changed by ${way}`)
      expect(await shop.titleOf(id)).toBe(`Changed by ${way}`)
    })

    it.each(["event", "workflow-event"])("by an %s", async (way) => {
      const cache = new ShopCache(container())
      await cache.store({ key: "menu", tags: ["Menu:list:*"] })
      await run(way)
      expect(await cache.has("menu")).toBe(false)
    })
  })
}
