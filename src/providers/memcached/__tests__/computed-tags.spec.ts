import { MedusaModule } from "@medusajs/framework/modules-sdk"
import { Modules } from "@medusajs/framework/utils"
import { hasComputedTags, watchComputedTags } from "../computed-tags"

it("Medusa's Caching Module tells of which data it computes tags, and computes them as before", async () => {
  const strategy = {
    prefix: "Product",
    computeTags(data: { id?: number }, options?: { operation: string }) {
      return Promise.resolve([`${this.prefix}:${data.id}:${options?.operation}`])
    },
  }
  jest.spyOn(MedusaModule, "getLoadedModules").mockReturnValue([{ [Modules.CACHING]: { strategy } }] as never)
  watchComputedTags()
  watchComputedTags()
  const [one, another] = [{ id: 1 }, { id: 1 }]

  expect(await strategy.computeTags(one, { operation: "updated" })).toEqual(["Product:1:updated"])
  expect(await strategy.computeTags("text" as never)).toEqual(["Product:undefined:undefined"])
  expect([one, another, "text", null].map(hasComputedTags)).toEqual([true, false, false, false])
})
