import { defaultProviderOf, inactivityOf } from "../activation"
import { scopeOf } from "./scope"

describe("inactivityOf", () => {
  it("is undefined when Medusa uses the provider", () => {
    expect(inactivityOf(scopeOf({ defaultProviderId: "ours" }), ["other", "ours"])).toBeUndefined()
  })

  it("says how to turn on the flag", () => {
    const inactivity = inactivityOf(scopeOf({ flagOn: false, defaultProviderId: "ours" }), ["ours"])
    expect(inactivity?.reason).toBe("flag_off")
    expect(inactivity?.message).toContain("featureFlags: { caching: true }")
    expect(inactivity?.message).not.toContain("is_default")
  })

  it("says how to register the provider", () => {
    const inactivity = inactivityOf(scopeOf({ defaultProviderId: "cache-memory" }), [])
    expect(inactivity?.reason).toBe("provider_not_registered")
    expect(inactivity?.message).toContain("medusa-plugin-memcached/providers/memcached")
  })

  it("says how to make it the default", () => {
    const inactivity = inactivityOf(scopeOf({ defaultProviderId: "caching-redis" }), ["ours"])
    expect(inactivity?.reason).toBe("not_default")
    expect(inactivity?.message).toContain("is_default: true")
  })

  it("names everything that is left to do", () => {
    const inactivity = inactivityOf(scopeOf({ flagOn: false }), [])
    expect(inactivity?.reason).toBe("flag_off")
    expect(inactivity?.message).toContain("MEDUSA_FF_CACHING=true")
    expect(inactivity?.message).toContain("providers/memcached")
  })
})

describe("defaultProviderOf", () => {
  it("is undefined without a Caching Module", () => {
    expect(defaultProviderOf(scopeOf({}))).toBeUndefined()
  })
})
