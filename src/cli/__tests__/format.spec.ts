import { ago, bytes, counted, duration, name, percent, table, utc, wrapped } from "../format"

it.each([
  [0, "0 ms"],
  [0.34, "0.3 ms"],
  [34.4, "34 ms"],
  [1_500, "1.5 s"],
  [59_600, "1 min"],
  [252_000, "4 min 12 s"],
  [3_600_000, "1 h"],
  [90_000_000, "1 d 1 h"],
  [-5, "0 ms"],
])("a duration of %d ms is %s", (ms, text) => {
  expect(duration(ms)).toBe(text)
})

it.each([
  [0, "0 bytes"],
  [1_023, "1,023 bytes"],
  [1_536, "1.5 KB"],
  [64 * 1024 ** 2, "64 MB"],
  [5 * 1024 ** 5, "5,120 TB"],
])("%d bytes are %s", (value, text) => {
  expect(bytes(value)).toBe(text)
})

it.each([
  [null, "–"],
  [0, "0 %"],
  [0.9985, "99.8 %"],
  [0.29, "29 %"],
  [1, "100 %"],
])("a ratio of %p is %s", (ratio, text) => {
  expect(percent(ratio)).toBe(text)
})

it("says when", () => {
  expect(ago("2026-01-01T00:00:00.000Z", Date.parse("2026-01-01T00:00:12.000Z"))).toBe("12 s ago")
  expect(utc("2026-01-01T00:00:12.345Z")).toBe("2026-01-01 00:00:12 UTC")
})

it("counts in the singular and the plural", () => {
  expect([counted(1, "entry", "entries"), counted(2_000, "entry", "entries"), counted(0, "hit")]).toEqual([
    "1 entry",
    "2,000 entries",
    "0 hits",
  ])
})

it("shows a name on one line, without effects on a terminal, and not without end", () => {
  expect(name("a\u001b[31m\nb")).toBe("a?[31m?b")
  expect(name("x".repeat(1_000)).length).toBeLessThan(200)
})

it("aligns columns, also of painted cells", () => {
  expect(
    table(
      [
        ["a", "1", "x"],
        ["\u001b[31mlong\u001b[0m", "1,000", ""],
      ],
      [1]
    )
  ).toEqual(["a         1  x", "\u001b[31mlong\u001b[0m  1,000"])
})

it("breaks lines at spaces, and leaves long words as they are", () => {
  const lines = wrapped(`${"word ".repeat(40)}${"x".repeat(150)} end`)
  expect(lines.join(" ")).toContain(`word ${"x".repeat(150)} end`)
  expect(Math.max(...lines.filter((line) => !line.includes("x")).map(({ length }) => length))).toBeLessThanOrEqual(100)
})
