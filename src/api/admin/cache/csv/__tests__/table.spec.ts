import fc from "fast-check"
import { csvOf } from "../table"

const cellOf = (tag: string): string => csvOf(["tag"], [{ tag }]).slice("tag\r\n".length, -2)

describe("a table as CSV", () => {
  it("has a line of names, one for each row, and CRLF after each", () => {
    const rows = [
      { tag: "Product:1", hits: 3 },
      { tag: "Product:2", hits: null },
    ]

    expect(csvOf(["tag", "hits"], rows)).toBe("tag,hits\r\nProduct:1,3\r\nProduct:2,\r\n")
    expect(csvOf(["tag", "hits"], [])).toBe("tag,hits\r\n")
  })

  it.each([
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["two\r\nlines", '"two\r\nlines"'],
    ["日本 😀", "日本 😀"],
    ["", ""],
  ])("quotes %j as %j", (text, cell) => {
    expect(cellOf(text)).toBe(cell)
  })

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "＠x", "\r=1", "\n=1", '=HYPERLINK("http://x","y")'])(
    "does not let a spreadsheet execute %j",
    (text) => {
      expect(cellOf(text).replace(/^"/, "")[0]).toBe("'")
    }
  )

  it("leaves numbers and the inside of a text as they are", () => {
    expect(csvOf(["tag", "hits"], [{ tag: "a-b=c", hits: -1.5 }])).toBe("tag,hits\r\na-b=c,-1.5\r\n")
  })

  it("has a list in one cell, which is no formula either", () => {
    const rows = [{ sample: ["a", "b"] }, { sample: ["=1", "b"] }, { sample: [] }]

    expect(csvOf(["sample"], rows)).toBe('sample\r\n"a, b"\r\n"\'=1, b"\r\n\r\n')
  })

  it("is read back as it was, whatever is in it", () => {
    const text = fc
      .string({ unit: "grapheme", maxLength: 12 })
      .filter((value) => !/^\s*[=+\-@＝＋－＠']|^\s/.test(value))
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), (rows) => {
        const csv = csvOf(
          ["a", "b"],
          rows.map(([a, b]) => ({ a, b }))
        )
        expect(parsed(csv)).toEqual([["a", "b"], ...rows])
      })
    )
  })
})

/** By the grammar of RFC 4180. */
function parsed(csv: string): string[][] {
  const rows: string[][] = []
  const row: string[] = []
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? "")
    if (end === "\r\n") rows.push(row.splice(0))
  }
  return rows
}
