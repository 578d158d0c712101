import { checkTargets, type ClearTargets, countNamed } from "../clear-targets"

describe("checkTargets", () => {
  it.each<ClearTargets>([
    { tags: ["a"] },
    { keys: ["k"], tags: [] },
    { entities: [{ type: "Product", ids: ["prod_1"] }] },
    { patterns: ["Product:*"] },
    { all: true },
  ])("takes %j", (targets) => expect(() => checkTargets(targets)).not.toThrow())

  it.each<[unknown, string | RegExp]>([
    [undefined, "Field 'input' is undefined, but must be an object that names what to clear."],
    [{ tags: "Product:1" }, "Field 'tags' is 'Product:1', but must be a list of strings."],
    [{ tags: ["a", 7] }, "Field 'tags[1]' is 7, but must be a non-empty string."],
    [{ keys: [""] }, "Field 'keys[0]' is '', but must be a non-empty string."],
    [{ keys: [10n] }, "Field 'keys[0]' is 10n, but must be a non-empty string."],
    [{ patterns: [null] }, "Field 'patterns[0]' is null, but must be a non-empty string."],
    [{ entities: {} }, "Field 'entities' is {}, but must be a list of { type, ids }."],
    [{ entities: [{ ids: ["1"] }] }, "Field 'entities[0].type' is undefined, but must be a non-empty string."],
    [{ entities: [{ type: "A" }] }, "Field 'entities[0].ids' is undefined, but must be a list of strings."],
    [{ entities: [{ type: "A", ids: [""] }] }, "Field 'entities[0].ids[0]' is '', but must be a non-empty string."],
    [{ all: "yes" }, "Field 'all' is 'yes', but must be true or false."],
    [{ patterns: Array<string>(101).fill("a*") }, "Field 'patterns.length' is 101, but must be at most 100."],
    [
      { patterns: ["*".repeat(1_001)] },
      /^Field 'patterns\[0\]' is '\*+.*must be a string of at most 1000 characters.$/,
    ],
    [{ tags: ["x".repeat(10_241)] }, /^Field 'tags\[0\]' is 'x+.*must be a string of at most 10240 characters.$/],
    [{ entities: [{ type: "A", ids: ["x".repeat(10_241)] }] }, /^Field 'entities\[0\].ids\[0\]' is 'x+.* 10240/],
  ])("refuses %p", (targets, message) => {
    expect(() => checkTargets(targets as ClearTargets)).toThrow(
      expect.objectContaining({
        type: "invalid_data",
        message: typeof message === "string" ? message : (expect.stringMatching(message) as string),
      }) as Error
    )
  })

  it.each<[string, unknown]>([
    ["a long string", "x".repeat(1_000_000)],
    ["a list of them", Array<string>(1_000).fill("x".repeat(1_000_000))],
    ["many properties", Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`property-${i}`, i]))],
    ["a property with a long name", { ["x".repeat(1_000_000)]: 1 }],
    ["something deep", JSON.parse("[".repeat(10_000) + "]".repeat(10_000))],
    ["something with a toString of its own", { toString: 1, constructor: null }],
  ])("says what was given in a few words: %s", (_what, value) => {
    for (const wrong of [{ tags: value }, { tags: [value] }, { entities: [value] }, { all: value }]) {
      expect(() => checkTargets(wrong as ClearTargets)).toThrow(/^.{1,250}$/)
    }
  })

  it("takes names as long as they may be", () => {
    const name = "x".repeat(10_240)
    expect(() => checkTargets({ tags: [name], keys: [name], entities: [{ type: name, ids: [name] }] })).not.toThrow()
    expect(() => checkTargets({ patterns: [`${"a".repeat(999)}*`] })).not.toThrow()
  })

  it.each<ClearTargets>([{}, { tags: [], keys: [] }, { all: false }, { entities: [{ type: "A", ids: [] }] }])(
    "refuses %j, which names nothing",
    (targets) => expect(() => checkTargets(targets)).toThrow(/There is nothing to clear.*'tags', 'keys', 'entities'/)
  )
})

it("counts what is named", () => {
  const entities = [{ type: "A", ids: ["1", "2"] }]
  expect(countNamed({ tags: ["a"], keys: ["b"], entities, patterns: ["c*"] })).toBe(5)
  expect(countNamed({ tags: ["a"], all: true })).toBe(1)
})
