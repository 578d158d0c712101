import { z } from "@medusajs/framework/zod"
import { type ClearTargets, OBJECT, targetFields } from "../clear-targets"
import { accepted } from "../problem"

const schema = z.strictObject(targetFields, OBJECT)
const check = (targets: unknown) => () => accepted(schema, targets)

describe("targets", () => {
  it.each<ClearTargets>([
    { tags: ["a"] },
    { keys: ["k"], tags: [] },
    { entities: [{ type: "Product", ids: ["prod_1"] }] },
    { patterns: ["Product:*"] },
    { all: true },
  ])("may be %j", (targets) => expect(check(targets)()).toEqual(targets))

  it.each<[unknown, string | RegExp]>([
    [undefined, "Field 'body' is undefined, but must be an object that names what to clear."],
    [{ tags: "Product:1" }, "Field 'tags' is 'Product:1', but must be a list of strings."],
    [{ tags: ["a", 7] }, "Field 'tags[1]' is 7, but must be a non-empty string."],
    [{ keys: [""] }, "Field 'keys[0]' is '', but must be a non-empty string."],
    [{ keys: [10n] }, "Field 'keys[0]' is 10n, but must be a non-empty string."],
    [{ patterns: [null] }, "Field 'patterns[0]' is null, but must be a non-empty string."],
    [{ entities: {} }, "Field 'entities' is {}, but must be a list of { type, ids }."],
    [{ entities: [{ ids: ["1"] }] }, "Field 'entities[0].type' is undefined, but must be a non-empty string."],
    [{ entities: [{ type: "A" }] }, "Field 'entities[0].ids' is undefined, but must be a list of strings."],
    [{ entities: [{ type: "A", ids: [] }] }, "Field 'entities[0].ids' is [], but must be a list with an id."],
    [{ entities: [{ type: "A", ids: [""] }] }, "Field 'entities[0].ids[0]' is '', but must be a non-empty string."],
    [{ all: "yes" }, "Field 'all' is 'yes', but must be true or false."],
    [{ patterns: Array<string>(101).fill("a*") }, "Field 'patterns.length' is 101, but must be at most 100."],
    [
      { entities: Array(10_001).fill({ type: "A", ids: ["1"] }) },
      "Field 'entities.length' is 10001, but must be at most 10000.",
    ],
    [{ patterns: ["*".repeat(1_001)] }, /'patterns\[0\]' is '\*+.*must be a string of at most 1000 characters.$/],
    [{ tags: ["x".repeat(10_241)] }, /'tags\[0\]' is 'x+.*must be a string of at most 10240 characters.$/],
    [{ entities: [{ type: "A", ids: ["x".repeat(10_241)] }] }, /'entities\[0\].ids\[0\]' is 'x+.* 10240/],
  ])("may not be %p", (targets, message) => {
    expect(check(targets)).toThrow(
      expect.objectContaining({
        type: "invalid_data",
        message: expect[typeof message === "string" ? "stringContaining" : "stringMatching"](
          message as string
        ) as string,
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
  ])("are shown in a few words when they are wrong: %s", (_what, value) => {
    for (const wrong of [{ tags: value }, { tags: [value] }, { entities: [value] }, { all: value }]) {
      expect(check(wrong)).toThrow(/^.{1,250}$/)
    }
  })

  it("have names as long as they may be", () => {
    const name = "x".repeat(10_240)
    expect(check({ tags: [name], keys: [name], entities: [{ type: name, ids: [name] }] })).not.toThrow()
    expect(check({ patterns: [`${"a".repeat(999)}*`] })).not.toThrow()
  })
})
