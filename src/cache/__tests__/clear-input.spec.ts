import { authorOf, targetsOf } from "../clear-input"

describe("targetsOf", () => {
  it("goes by the key, if there is one", () => {
    const input = { key: "menu", keys: ["other"], tags: ["Menu:main"], options: { autoInvalidate: true } }
    expect(targetsOf(input)).toEqual({ everything: false, automatic: false, keys: ["menu"], tags: [] })
  })

  it("takes several keys together with tags", () => {
    expect(targetsOf({ keys: ["menu"], tags: ["Menu:main"] })).toEqual({
      everything: false,
      automatic: false,
      keys: ["menu"],
      tags: ["Menu:main"],
    })
  })

  it("means everything by the tag *", () => {
    expect(targetsOf({ tags: ["Menu:main", "*"], keys: ["menu"] })).toMatchObject({
      everything: true,
      automatic: false,
    })
  })

  it("leaves the tags alone for options of another kind", () => {
    expect(targetsOf({ tags: ["Menu:main"], options: {} })).toBeUndefined()
    expect(targetsOf({ keys: ["menu"], tags: ["Menu:main"], options: {} })).toMatchObject({ keys: ["menu"], tags: [] })
  })

  it("is undefined when nothing is named", () => {
    expect(targetsOf({})).toBeUndefined()
    expect(targetsOf({ tags: [], keys: [] })).toBeUndefined()
  })
})

describe("authorOf", () => {
  it("takes clears that spare entries for core's, others for the shop's", () => {
    const targets = { everything: false, keys: [], tags: ["Menu:main"] }
    expect(authorOf({ ...targets, automatic: true })).toEqual({ origin: "event" })
    expect(authorOf({ ...targets, automatic: false })).toEqual({ origin: "code" })
  })
})
