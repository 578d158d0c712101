import { tagFilter } from "../tag-list"
import { knownTag } from "./known-tags"

const tags = ["Product:prod_1", "ProductVariant:variant_1", "Region:list:*"].map((tag) => knownTag(tag))

const matching = (query: Parameters<typeof tagFilter>[0]): string[] =>
  tags.filter(tagFilter(query)).map(({ tag }) => tag)

describe("tagFilter", () => {
  it("keeps everything without a filter", () => {
    expect(matching({})).toHaveLength(3)
  })

  it("finds a part of the tag in any case", () => {
    expect(matching({ q: "PROD_" })).toEqual(["Product:prod_1"])
    expect(matching({ q: "list:*" })).toEqual(["Region:list:*"])
  })

  it("takes one entity type, or several", () => {
    expect(matching({ entity: "Product" })).toEqual(["Product:prod_1"])
    expect(matching({ entity: ["Product", "Region"], q: "r" })).toEqual(["Product:prod_1", "Region:list:*"])
  })
})
