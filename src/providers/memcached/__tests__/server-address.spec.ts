import fc from "fast-check"
import { CacheError } from "../../../cache"
import { parseServerAddress } from "../server-address"

const parse = (text: string): object => parseServerAddress(text, "serverUrls[0]")

function complaintOf(text: string): CacheError | undefined {
  try {
    parse(text)
    return undefined
  } catch (error) {
    if (error instanceof CacheError) return error
    throw error
  }
}

describe("the address of a server", () => {
  it.each([
    ["localhost", { host: "localhost", port: 11211 }],
    ["localhost:1", { host: "localhost", port: 1 }],
    ["127.0.0.1:65535", { host: "127.0.0.1", port: 65_535 }],
    ["my-cache.abc.use1.cache.amazonaws.com:11211", { host: "my-cache.abc.use1.cache.amazonaws.com", port: 11211 }],
    ["[::1]", { host: "::1", port: 11211 }],
    ["[::1]:1234", { host: "::1", port: 1234 }],
    ["[fe80::1%eth0]:1234", { host: "fe80::1%eth0", port: 1234 }],
    ["memcached://cache:1234", { host: "cache", port: 1234 }],
    ["memcache://cache", { host: "cache", port: 11211 }],
    ["memcached://[::1]:1234/", { host: "::1", port: 1234 }],
    ["user:secret@cache:1234", { host: "cache", port: 1234, username: "user", password: "secret" }],
    ["user:p:a@ss@cache:1234", { host: "cache", port: 1234, username: "user", password: "p:a@ss" }],
    ["user:p/a:s[s]@[::1]:1234", { host: "::1", port: 1234, username: "user", password: "p/a:s[s]" }],
    ["memcached://user@shop:secret@cache", { host: "cache", port: 11211, username: "user@shop", password: "secret" }],
    [":@cache:1234", { host: "cache", port: 1234 }],
    ["  cache:1234\n", { host: "cache", port: 1234 }],
  ])("is read from %j", (text, address) => {
    expect(parse(text)).toEqual(address)
  })

  it.each([
    "",
    " ",
    ":11211",
    "cache:",
    "cache:port",
    "cache:0",
    "cache:65536",
    "cache:-1",
    "cache:1.5",
    "a b:1",
    // The log has names in ASCII.
    "кэш:1",
    "::1",
    "::1:11211",
    "[::1",
    "[]:1",
    "cache:1:2",
    "cache/path",
    "user@cache:1",
    "user:@cache:1",
    ":secret@cache:1",
    "http://cache:1",
    "a:1,b:2",
  ])("is refused, and said how it should be, for %j", (text) => {
    const complaint = complaintOf(text)

    expect(complaint?.code).toBe("invalid_options")
    expect(complaint?.message).toContain("serverUrls[0]")
    expect(complaint?.message).toContain("host:port")
  })

  it("is read with any user name and password that can be told apart", () => {
    const username = fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((text) => !/[:\s]/.test(text) && !text.startsWith("memcache"))
    const password = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes(","))
    const host = fc.oneof(
      fc.constant("cache.internal"),
      fc.ipV4(),
      fc.ipV6().map((ip) => `[${ip}]`)
    )
    fc.assert(
      fc.property(username, password, host, fc.integer({ min: 1, max: 65_535 }), (name, secret, where, port) => {
        expect(parse(`memcached://${name}:${secret}@${where}:${port}`)).toEqual({
          host: where.replace(/^\[|\]$/g, ""),
          port,
          username: name,
          password: secret,
        })
      }),
      { numRuns: 500 }
    )
  })

  it("is refused with nothing but a CacheError, which never shows what stands before an @", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.stringMatching(/^[a-z]{12}$/), (rest, secret) => {
        for (const text of [rest, `user:${secret}@${rest}`]) {
          const complaint = complaintOf(text)
          if (complaint) expect(complaint.message).not.toContain(secret)
        }
      }),
      { numRuns: 1_000 }
    )
  })
})
