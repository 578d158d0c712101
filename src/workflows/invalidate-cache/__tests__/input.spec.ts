import { checkInput } from "../input"

/** As code in JavaScript may call it. */
const check = (input: object) => () => checkInput(input)

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
    [{ dry_run: true }, "Field 'dry_run' is true, but must be left out: there is no such field."],
    [{ autoInvalidateOnly: "yes" }, "Field 'autoInvalidateOnly' is 'yes', but must be true or false."],
    [{ providerId: "" }, "Field 'providerId' is '', but must be a string that is not empty."],
    [{ createdBy: { origin: "me" } }, "Field 'createdBy' is { origin: 'me' }, but must be { origin, actorId }"],
  ])("is refused with %j, so that nothing is cleared by a slip", (settings, message) => {
    expect(check({ tags: ["a"], ...settings })).toThrow(message)
  })
})
