import type { KnownTag } from "../../../cache"
import { resolveTargets } from "../targets"

const known = (tag: string): KnownTag => ({
  tag,
  entity: "",
  version: null,
  lastCleared: null,
  hits: 0,
  lastSeenAtMs: 0,
})

function cacheWith(listing: { complete?: boolean; truncated?: boolean } = {}) {
  const tags = ["Product:prod_1", "Product:list:*", "ProductVariant:v"].map(known)
  const list = jest.fn(async () => ({ tags, complete: true, truncated: false, ...listing }))
  return { tags: { list } }
}

describe("resolveTargets", () => {
  it("names each target once, and asks for no tags without patterns", async () => {
    const cache = cacheWith()
    const targets = {
      tags: ["Product:prod_1", "a"],
      keys: ["k", "k"],
      entities: [{ type: "Product", ids: ["prod_1", "x"] }],
    }
    expect(await resolveTargets(cache, targets)).toEqual({
      tags: ["Product:prod_1", "a", "Product:x"],
      keys: ["k"],
      all: false,
      complete: true,
    })
    expect(cache.tags.list).not.toHaveBeenCalled()
  })

  it("finds the known tags that match a pattern, in which only the star is special", async () => {
    const found = async (...patterns: string[]) => (await resolveTargets(cacheWith(), { patterns })).tags
    expect(await found("Product:*")).toEqual(["Product:prod_1", "Product:list:*"])
    expect(await found("Pr.duct:*", "*t:v")).toEqual(["ProductVariant:v"])
    expect(await found("Nothing:*")).toEqual([])
  })

  it("takes a tag with a star in it as it is", async () => {
    expect((await resolveTargets(cacheWith(), { tags: ["Product:*"] })).tags).toEqual(["Product:*"])
  })

  it.each([{ all: true }, { tags: ["*"] }, { patterns: ["*"], keys: ["k"] }, { patterns: ["**"] }])(
    "takes %j for everything",
    async (targets) => {
      expect(await resolveTargets(cacheWith(), targets)).toEqual({ tags: [], keys: [], all: true, complete: true })
    }
  )

  it.each([{ complete: false }, { truncated: true }])("says when the known tags were %j", async (listing) => {
    expect(await resolveTargets(cacheWith(listing), { patterns: ["Product:*"] })).toMatchObject({ complete: false })
  })
})
