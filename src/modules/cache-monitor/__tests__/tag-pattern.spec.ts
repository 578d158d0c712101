import { matchesEverything, TagPattern } from "../tag-pattern"

const matchesPattern = (tag: string, pattern: string): boolean => new TagPattern(pattern).matches(tag)

describe("a pattern", () => {
  it.each([
    ["Product:prod_1", "Product:*"],
    ["Product:", "Product:*"],
    ["Product:list:*", "Product:*"],
    ["Product:list:*", "Product:list:*"],
    ["ProductVariant:v", "*t:v"],
    ["a-b-c", "a*b*c"],
    ["abab", "*ab"],
    ["aXbXc", "a*X*c"],
    ["two\nlines", "two*"],
    ["exact", "exact"],
    ["anything", "**"],
    ["", "*"],
  ])("%j matches %j", (tag, pattern) => expect(matchesPattern(tag, pattern)).toBe(true))

  it.each([
    ["ProductVariant:v", "Product:*"],
    ["Product:prod_1", "Pr.duct:*"],
    ["Product:prod_1", "product:*"],
    ["ab", "a*b*b"],
    ["aba", "aba*aba"],
    ["exactly", "exact"],
    ["", "a*"],
  ])("%j does not match %j", (tag, pattern) => expect(matchesPattern(tag, pattern)).toBe(false))

  it("agrees with a regular expression on all short strings", () => {
    const texts = (alphabet: string, length: number): string[] =>
      length === 0
        ? [""]
        : ["", ...texts(alphabet, length - 1).flatMap((rest) => [...alphabet].map((char) => char + rest))]
    const tags = [...new Set(texts("ab", 5))]
    for (const pattern of new Set(texts("ab*", 5))) {
      const expression = new RegExp(`^${pattern.replaceAll("*", ".*")}$`)
      const matching = tags.filter((tag) => matchesPattern(tag, pattern))
      expect([pattern, matching]).toEqual([pattern, tags.filter((tag) => expression.test(tag))])
    }
  })

  it("has its answer at once where a regular expression would search for ages", () => {
    const pattern = `${"*a".repeat(5_000)}*b`
    expect(matchesPattern("a".repeat(10_000), pattern)).toBe(false)
  })
})

it("looks for each part of a pattern once, however many wildcards stand between them", () => {
  const pattern = new TagPattern(`P${"*".repeat(500)}x${"*".repeat(500)}y`)
  const searches = jest.spyOn(String.prototype, "indexOf")
  expect(["Pxy", "P.x.y", "Py"].map((tag) => pattern.matches(tag))).toEqual([true, true, false])
  expect(searches.mock.calls.length).toBeLessThanOrEqual(3)
  searches.mockRestore()
})

describe("matchesEverything", () => {
  it.each(["*", "**"])("%j does", (pattern) => expect(matchesEverything(pattern)).toBe(true))
  it.each(["", "a*", "Product:*"])("%j does not", (pattern) => expect(matchesEverything(pattern)).toBe(false))
})
