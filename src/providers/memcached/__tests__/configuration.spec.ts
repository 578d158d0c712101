import { defaultConfiguration } from "../configuration"
import { providerOptions } from "../options"

/** What says how servers are reached, and what is written to the log. */
const NOT_OF_THE_CACHE = ["serverUrls", "servers", "username", "password", "tls", "discovery", "options", "protocol"]
const OTHERS = [...NOT_OF_THE_CACHE, "connectTimeoutMs", "logging"]

describe("the configuration that people are shown", () => {
  it("has every option of the cache", () => {
    const names = Object.keys(providerOptions.shape).filter((name) => !OTHERS.includes(name))

    expect(Object.keys(defaultConfiguration(0)).sort()).toEqual(names.sort())
  })
})
