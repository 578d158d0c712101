import { impliedBy, typeOf, typesOf } from "../tag-types"

describe("types of tags", () => {
  it("are what stands before the colon", () => {
    expect(["Product:prod_1", "Product:list:*", "menu", ":x", ""].map(typeOf)).toEqual([
      "Product",
      "Product",
      "menu",
      "",
      "",
    ])
  })

  it("are listed once and in order", () => {
    const tags = [
      "Product:1",
      "Product:2",
      "Price:1",
      "Product:list:*",
      "ProductTag:1",
      "Product",
      "menu",
      "menu",
      "",
      ":",
    ]
    expect(typesOf(tags)).toEqual(["", "Price", "Product", "ProductTag", "menu"])
  })
})

describe("what a clear voids besides its tags", () => {
  it.each([
    [[], []],
    [["Product:prod_1", "Product:prod_2"], ["Product:~"]],
    [
      ["Product:prod_1", "Region:reg_1"],
      ["Product:~", "Region:~"],
    ],
    // Whatever has read a table carries the tag of its lists as well.
    [["Product:prod_1", "Product:list:*"], []],
    [["menu"], ["menu:~"]],
  ])("%j: %j", (tags, implied) => expect(impliedBy(tags)).toEqual(implied))
})
