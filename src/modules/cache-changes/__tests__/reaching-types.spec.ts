import { reachingTypes } from "../reaching-types"

describe("reachingTypes", () => {
  const author = { className: "Author", relations: [{ type: "Book" }] }
  const book = {
    className: "Book",
    relations: [{ type: "Author" }, { type: "Label", pivotEntity: "BookLabel" }],
  }

  it("leads from a type to those that show its records, whatever is between them", () => {
    const types = reachingTypes([author, book, { className: "Label" }, { className: "Shelf", relations: [] }])
    expect(Object.fromEntries(types)).toEqual({
      Author: ["Book"],
      Book: ["Author"],
      Label: ["Book", "Author"],
      Shelf: [],
    })
  })

  it("leads from rows that join two types to both of them, and to none of those rows", () => {
    const join = { className: "BookLabel", pivotTable: true, relations: [{ type: "Book" }, { type: "Label" }] }
    const label = { className: "Label", relations: [{ type: "Book", pivotEntity: "BookLabel" }] }
    const types = reachingTypes([author, book, label, join])
    expect(types.get("BookLabel")).toEqual(["Book", "Label", "Author"])
    expect(types.get("Author")).toEqual(["Book", "Label"])
  })
})
