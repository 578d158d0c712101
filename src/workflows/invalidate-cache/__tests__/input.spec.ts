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
    [{ providerId: "" }, "Field 'providerId' is '', but must be a string of 1 to 200 characters."],
    [{ providerId: "p".repeat(201) }, "but must be a string of 1 to 200 characters."],
    [{ createdBy: { origin: "code", actorId: "a".repeat(60_000) } }, "with an actorId of at most 200 characters."],
    [{ createdBy: { origin: "me" } }, "Field 'createdBy' is { origin: 'me' }, but must be { origin, actorId }"],
  ])("is refused so that nothing is cleared by a slip: case %#", (settings, message) => {
    expect(check({ tags: ["a"], ...settings })).toThrow(message)
  })

  it("names 100,000 targets at most, whatever they are called", () => {
    const ids = Array<string>(99_998).fill("1")
    const most = { entities: [{ type: "A", ids }], tags: ["a"], keys: ["k"] }
    expect(check(most)).not.toThrow()
    expect(check({ ...most, patterns: ["a*"] })).toThrow(
      "Field 'input' names 100001 targets, but must name at most 100000. Clear the rest in another run, or clear 'all'."
    )
  })

  it("is shown in an error by its beginning", () => {
    for (const settings of [
      { providerId: "p".repeat(60_000) },
      { other: "x".repeat(60_000) },
      { ["x".repeat(60_000)]: 1 },
      { tags: "t".repeat(60_000) },
    ]) {
      let message = ""
      try {
        check({ tags: ["a"], ...settings })()
      } catch (error) {
        message = String(error)
      }
      expect(message).toMatch(/but must be/)
      expect(message.length).toBeLessThan(300)
    }
  })
})
