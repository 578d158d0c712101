import type { MedusaContainer } from "@medusajs/framework/types"
import { requestedCache, requiredCache } from "../running-cache"
import { scopeOf } from "./scope"

const caches = ["first", "second"]

describe("requestedCache", () => {
  it("is the named one", () => {
    expect(requestedCache(scopeOf({ caches }), "second")?.providerId).toBe("second")
  })

  it("is Medusa's default, if it is one of these", () => {
    expect(requestedCache(scopeOf({ caches, defaultProviderId: "second" }), undefined)?.providerId).toBe("second")
  })

  it("is the first one when another provider is the default", () => {
    expect(requestedCache(scopeOf({ caches, defaultProviderId: "caching-redis" }), undefined)?.providerId).toBe("first")
  })

  it("is undefined when none runs", () => {
    expect(requestedCache(scopeOf({}), undefined)).toBeUndefined()
  })

  it("names the provider that does not exist, and those that do", () => {
    expect(() => requestedCache(scopeOf({ caches }), "third")).toThrow(
      expect.objectContaining({
        type: "not_found",
        message: expect.stringMatching(/third.*first, second/) as string,
      }) as Error
    )
  })
})

describe("requiredCache", () => {
  it("says what to do when none runs", () => {
    expect(() => requiredCache(scopeOf({}), undefined)).toThrow(
      expect.objectContaining({
        type: "not_allowed",
        message: expect.stringContaining("medusa-config.ts") as string,
      }) as Error
    )
  })

  it("says what to do when the module is not loaded", () => {
    const scope = { resolve: () => undefined } as unknown as MedusaContainer
    expect(() => requiredCache(scope, undefined)).toThrow(/plugins in medusa-config\.ts/)
  })
})
