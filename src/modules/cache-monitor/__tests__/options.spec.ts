import { type PluginOptions, resolvePluginOptions } from "../options"

const complaintOf = (options: unknown): string | undefined => {
  try {
    resolvePluginOptions(options as PluginOptions)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : ""
  }
}

describe("options of the plugin", () => {
  it("are optional", () => {
    expect(resolvePluginOptions()).toEqual({ outageNotifications: true, responses: undefined })
    expect(resolvePluginOptions({ outageNotifications: false, responses: true })).toMatchObject({
      outageNotifications: false,
      responses: { ttl: 3_600 },
    })
  })

  it("may stand beside those that Medusa adds", () => {
    expect(complaintOf({ database: { clientUrl: "postgres://" } })).toBeUndefined()
  })

  it.each<[object, RegExp]>([
    [{ outageNotifications: "false" }, /option outageNotifications is not valid: expected true or false$/],
    [{ responses: { ttl: 0 } }, /option responses\.ttl is not valid/],
    [{ response: true }, /option response is not valid: there is none, did you mean responses\?/],
    [{ outagenotifcations: false }, /did you mean outageNotifications\?/],
    [{ serverUrls: ["cache:11211"] }, /option serverUrls is not valid: it is one of the provider/],
  ])("are refused when they are not valid, misspelt, or in the wrong place: %j", (options, complaint) => {
    expect(complaintOf(options)).toMatch(complaint)
  })
})
