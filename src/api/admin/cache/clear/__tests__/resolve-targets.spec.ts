import type { Cache } from "../../../../../cache"
import { resolveTargets } from "../resolve-targets"

const cache = {
  tags: {
    list: async () => ({ tags: ["Product:prod_1", "Product:list:*", "ProductVariant:v"].map((tag) => ({ tag })) }),
  },
} as unknown as Cache

describe("resolveTargets", () => {
  it("names each target once", async () => {
    const targets = {
      tags: ["Product:prod_1", "a"],
      keys: ["k", "k"],
      entities: [{ type: "Product", ids: ["prod_1", "x"] }],
    }
    expect(await resolveTargets(cache, targets)).toEqual({
      tags: ["Product:prod_1", "a", "Product:x"],
      keys: ["k"],
      all: false,
    })
  })

  it("finds the known tags that match a pattern, in which only the star is special", async () => {
    expect((await resolveTargets(cache, { patterns: ["Product:*"] })).tags).toEqual([
      "Product:prod_1",
      "Product:list:*",
    ])
    expect((await resolveTargets(cache, { patterns: ["Pr.duct:*", "*t:v"] })).tags).toEqual(["ProductVariant:v"])
  })

  it.each([{ all: true }, { tags: ["*"] }, { patterns: ["*"], keys: ["k"] }])(
    "takes %j for everything",
    async (targets) => {
      expect(await resolveTargets(cache, targets)).toEqual({ tags: [], keys: [], all: true })
    }
  )
})
