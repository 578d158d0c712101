import { checkTargets, type ClearTargets, countNamed } from "../clear-targets"

describe("checkTargets", () => {
  it.each<ClearTargets>([
    { tags: ["a"] },
    { keys: ["k"], tags: [] },
    { entities: [{ type: "Product", ids: ["prod_1"] }] },
    { patterns: ["Product:*"] },
    { all: true },
  ])("takes %j", (targets) => expect(() => checkTargets(targets)).not.toThrow())

  it.each<[unknown, string]>([
    [undefined, "Field 'input' is undefined, but must be an object that names what to clear."],
    [{ tags: "Product:1" }, "Field 'tags' is 'Product:1', but must be a list of strings."],
    [{ tags: ["a", 7] }, "Field 'tags[1]' is 7, but must be a string that is not empty."],
    [{ keys: [""] }, "Field 'keys[0]' is '', but must be a string that is not empty."],
    [{ keys: [10n] }, "Field 'keys[0]' is 10n, but must be a string that is not empty."],
    [{ patterns: [null] }, "Field 'patterns[0]' is null, but must be a string that is not empty."],
    [{ entities: {} }, "Field 'entities' is {}, but must be a list of { type, ids }."],
    [{ entities: [{ ids: ["1"] }] }, "Field 'entities[0].type' is undefined, but must be a string that is not empty."],
    [{ entities: [{ type: "A" }] }, "Field 'entities[0].ids' is undefined, but must be a list of strings."],
    [
      { entities: [{ type: "A", ids: [""] }] },
      "Field 'entities[0].ids[0]' is '', but must be a string that is not empty.",
    ],
    [{ all: "yes" }, "Field 'all' is 'yes', but must be true or false."],
    [{ patterns: Array<string>(101).fill("a*") }, "Field 'patterns.length' is 101, but must be at most 100."],
  ])("refuses %p", (targets, message) => {
    expect(() => checkTargets(targets as ClearTargets)).toThrow(
      expect.objectContaining({ type: "invalid_data", message }) as Error
    )
  })

  it.each<ClearTargets>([{}, { tags: [], keys: [] }, { all: false }, { entities: [{ type: "A", ids: [] }] }])(
    "refuses %j, which names nothing",
    (targets) => expect(() => checkTargets(targets)).toThrow(/Nothing is named.*'tags', 'keys', 'entities'/)
  )
})

it("counts what is named", () => {
  const entities = [{ type: "A", ids: ["1", "2"] }]
  expect(countNamed({ tags: ["a"], keys: ["b"], entities, patterns: ["c*"] })).toBe(5)
  expect(countNamed({ tags: ["a"], all: true })).toBe(1)
})
