import fc from "fast-check"
import { asciiOf, jsonOf, readable } from "../json"

const isAscii = (bytes: Buffer): boolean => bytes.every((byte) => byte < 0x80)

describe("data as JSON", () => {
  it("is ASCII, and stands for the same data", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (data) => {
        fc.pre(data !== null)
        const bytes = jsonOf(data)

        expect(bytes && isAscii(bytes)).toBe(true)
        expect(bytes && JSON.parse(bytes.toString("latin1"))).toEqual(JSON.parse(JSON.stringify(data)))
      })
    )
  })

  it.each([
    ["what is ASCII", { title: "Shirt" }, '{"title":"Shirt"}'],
    ["umlauts", ["Größe"], '["Gr\\u00f6\\u00dfe"]'],
    ["a pair of surrogates", ["\u{1F455}"], '["\\ud83d\\udc55"]'],
    ["half of such a pair", ["\ud83d"], '["\\ud83d"]'],
    ["a name", { größe: 1 }, '{"gr\\u00f6\\u00dfe":1}'],
  ])("of %s", (_, data, json) => {
    expect(jsonOf(data)?.toString()).toBe(json)
  })

  it.each([null, undefined, Number.NaN, () => 1, Symbol("s"), 1n])("of %p is none", (data) => {
    expect(jsonOf(data)).toBeUndefined()
  })

  it("is shown as people write it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const json = JSON.stringify([text])

        expect(JSON.parse(readable(asciiOf(json).toString("latin1"), json.length))).toEqual([text])
      })
    )
    expect(readable('["Gr\\u00f6\\u00dfe", "\\u0007", "C:\\\\u00f6", "\\ud83d", "\\ud83d\\udc55"]', 100)).toBe(
      '["Größe", "\\u0007", "C:\\\\u00f6", "\\ud83d", "\u{1F455}"]'
    )
  })

  it("is shown from the beginning, without reading all of it", () => {
    const json = `["${"\\u00f6".repeat(10_000)}"]`

    expect(readable(json, 10).startsWith('["öööööööö')).toBe(true)
    expect(readable(json, 10).length).toBeLessThan(20)
    expect(readable('["a"]', 100)).toBe('["a"]')
  })
})
