import { CacheAdmin } from "../cache-admin"
import { EVERY_ROUTE } from "../every-route"
import type { Section } from "./section"

export function describeVisitors({ api, shop }: Section): void {
  describe("somebody who has not logged in", () => {
    it("gets nothing from any route, and clears nothing", async () => {
      await shop().store({ key: "menu", tags: ["Menu:main"] })
      for (const { name, call } of EVERY_ROUTE) {
        const answer = await call(new CacheAdmin(api))
        expect({ name, ...answer }).toEqual({ name, status: 401, data: { message: "Unauthorized" } })
      }
      expect(await shop().has("menu")).toBe(true)
    })
  })
}
