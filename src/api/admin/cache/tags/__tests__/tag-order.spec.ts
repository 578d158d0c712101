import { tagOrder } from "../tag-list"
import { clearedAt, knownTag } from "./known-tags"

const tags = [
  knownTag("Product:b", { hits: 5, version: 7, lastCleared: clearedAt(100) }),
  knownTag("Product:a", { hits: 5 }),
  knownTag("Region:c", { hits: 9, version: 3, lastCleared: clearedAt(200) }),
]

const sorted = (order: Parameters<typeof tagOrder>[0]): string[] =>
  [...tags].sort(tagOrder(order)).map(({ tag }) => tag)

describe("tagOrder", () => {
  it("sorts by name", () => {
    expect(sorted("tag")).toEqual(["Product:a", "Product:b", "Region:c"])
    expect(sorted("-tag")).toEqual(["Region:c", "Product:b", "Product:a"])
  })

  it("sorts equal ones by name", () => {
    expect(sorted("hits")).toEqual(["Product:a", "Product:b", "Region:c"])
    expect(sorted("-hits")).toEqual(["Region:c", "Product:a", "Product:b"])
  })

  it("puts what was never cleared last, either way", () => {
    expect(sorted("last_cleared_at")).toEqual(["Product:b", "Region:c", "Product:a"])
    expect(sorted("-last_cleared_at")).toEqual(["Region:c", "Product:b", "Product:a"])
    expect(sorted("version")).toEqual(["Region:c", "Product:b", "Product:a"])
    expect(sorted("-version")).toEqual(["Product:b", "Region:c", "Product:a"])
  })
})
