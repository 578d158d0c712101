import { isStorePath, repeatableRequestOf } from "../repeatable-request"

const PATH = "/store/products?limit=5&fields=%2Aimages"

const visitor = (headers: Record<string, string> = {}, originalUrl = PATH, method = "GET") =>
  repeatableRequestOf({ method, originalUrl, headers })

describe("a visitor's request", () => {
  it("is remembered with what its answer depends on, and with nothing else", () => {
    const headers = { "x-publishable-api-key": "pk_1", "x-medusa-locale": "de-DE", "accept-language": "de" }
    const others = { host: "evil.example", "user-agent": "browser", "x-forwarded-for": "10.0.0.1", range: "bytes=0-1" }
    expect(visitor({ ...headers, ...others })).toEqual({ path: PATH, headers })
  })

  it("is remembered with the headers by which answers of its route differ", () => {
    const headers = { "x-currency": "usd", "x-other": "1" }
    expect(repeatableRequestOf({ method: "GET", originalUrl: PATH, headers }, ["x-currency"])).toEqual({
      path: PATH,
      headers: { "x-currency": "usd" },
    })
  })

  it("is not remembered when it says who asks", () => {
    for (const name of ["authorization", "cookie", "proxy-authorization"]) {
      expect(visitor({ "x-publishable-api-key": "pk_1", [name]: "" })).toBeUndefined()
    }
  })

  it("is only remembered when it reads, below /store", () => {
    for (const method of ["POST", "DELETE", "HEAD", "OPTIONS"]) expect(visitor({}, PATH, method)).toBeUndefined()
    for (const path of [
      "/admin/products",
      "/auth/session",
      "/store",
      "/store/",
      "/storefront/products",
      "//store/products",
      "http://evil.example/store/products",
      "/store/../admin/products",
      "/store/%2e%2E/admin/products",
      "/store/products/..%2f..%2fadmin",
      "/store/./products",
      "/store//evil.example",
      "/store/\\evil.example",
      "/store/a b",
      "/store/a\r\nhost: evil.example",
      "/store/ä",
    ]) {
      expect({ path, is: isStorePath(path), kept: visitor({}, path) }).toEqual({ path, is: false, kept: undefined })
    }
    for (const path of ["/store/products?q=..%2f//&x=/../", "/store/products/prod_1"]) {
      expect(isStorePath(path)).toBe(true)
    }
  })

  it("is only remembered when it is short", () => {
    const path = `/store/products?q=${"x".repeat(1_982)}`
    expect(visitor({}, path)?.path).toHaveLength(2_000)
    expect(visitor({}, `${path}x`)).toBeUndefined()
    expect(visitor({ "accept-language": "x".repeat(256) })).toBeDefined()
    expect(visitor({ "accept-language": "x".repeat(257) })).toBeUndefined()
    expect(visitor({ "accept-language": "dé" })).toBeUndefined()
  })
})
