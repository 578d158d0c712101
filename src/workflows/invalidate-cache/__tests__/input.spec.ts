import { accepted } from "../../../modules/cache-monitor/problem"
import { invalidateCacheInput } from "../input"

/** As code in JavaScript may call it. */
const check = (input: unknown) => () => accepted(invalidateCacheInput, input, "input")

describe("the input of the workflow", () => {
  it("may have every field", () => {
    const author = { origin: "code", actorId: "erp" } as const
    expect(
      check({ tags: ["a"], providerId: "p", dryRun: true, autoInvalidateOnly: true, createdBy: author })
    ).not.toThrow()
    expect(check({ all: true, dryRun: undefined, createdBy: { origin: "code" } })).not.toThrow()
  })

  it.each([
    [{ dryRun: 1 }, "Field 'dryRun' is 1, but must be true or false."],
    [{ dry_run: true }, "There is no field 'dry_run'."],
    [{ autoInvalidateOnly: "yes" }, "Field 'autoInvalidateOnly' is 'yes', but must be true or false."],
    [{ providerId: "" }, "Field 'providerId' is '', but must be a string of 1 to 200 characters."],
    [{ providerId: "p".repeat(201) }, "but must be a string of 1 to 200 characters."],
    [{ createdBy: { origin: "code", actorId: "a".repeat(60_000) } }, "but must be a string of 1 to 200 characters."],
    [{ createdBy: { origin: "code", actorId: "nul \u0000" } }, "but must be a string of 1 to 200 characters."],
    [
      { createdBy: { origin: "me" } },
      "Field 'createdBy.origin' is 'me', but must be one of event, code, admin, api_key, workflow.",
    ],
    [{ createdBy: "me" }, "Field 'createdBy' is 'me', but must be { origin, actorId }."],
    [{ keys: ["k"], autoInvalidateOnly: true }, "Field 'autoInvalidateOnly' cannot be combined with 'keys'"],
  ])("is refused so that nothing is cleared by a slip: case %#", (settings, message) => {
    expect(check({ tags: ["a"], ...settings })).toThrow(`Invalid input: `)
    expect(check({ tags: ["a"], ...settings })).toThrow(message)
  })

  it.each([undefined, null, 7, {}, { tags: [], keys: [] }, { all: false }, { dryRun: true }])(
    "names what to clear, unlike %j",
    (input) => expect(check(input)).toThrow(/Name what to clear|must be an object that names what to clear/)
  )

  it("names 100,000 targets at most, whatever they are called", () => {
    const ids = Array<string>(99_998).fill("1")
    const most = { entities: [{ type: "A", ids }], tags: ["a"], keys: ["k"] }
    expect(check(most)).not.toThrow()
    expect(check({ ...most, patterns: ["a*"] })).toThrow(
      /takes at most 100000 targets .* in several runs, or 'all'\. This one names 100001\.$/
    )
  })

  it("is shown in an error by its beginning", () => {
    for (const settings of [
      { providerId: "p".repeat(60_000) },
      { other: "x".repeat(60_000) },
      { ["x".repeat(60_000)]: 1 },
      { tags: "t".repeat(60_000) },
    ]) {
      expect(check({ tags: ["a"], ...settings })).toThrow(/^.{1,300}$/)
    }
  })
})
