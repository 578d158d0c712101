import fc from "fast-check"
import { CacheError } from "../../../cache"
import { createServers } from "../create-cache"
import { validateOptions } from "../validate-options"

/** What boot says about these options; undefined when it takes them. */
function messageOf(options: unknown): string | undefined {
  try {
    createServers(validateOptions(options))
    return undefined
  } catch (error) {
    if (error instanceof CacheError) return error.message
    throw error
  }
}

const SECRET_NAMES = ["password", "username", "passphrase", "key", "cert"]

/** Long enough that it is nowhere by accident, with what passwords are made of. */
const anySecret = fc.stringMatching(/^[a-zA-Z0-9]{6}[a-zA-Z0-9$%&+=!?#-]{10,20}$/)

/** As people write them: another word for it, other capitals, or a letter wrong. */
const anySecretName = fc.oneof(
  fc.constantFrom(
    ...SECRET_NAMES,
    "pass",
    "passwd",
    "pwd",
    "secret",
    "token",
    "apiKey",
    "auth",
    "credentials",
    "sasl_password"
  ),
  fc
    .record({
      name: fc.constantFrom("password", "passphrase", "username"),
      at: fc.nat({ max: 7 }),
      letter: fc.constantFrom("", "x", "ss"),
    })
    .map(({ name, at, letter }) => name.slice(0, at) + letter + name.slice(at + 1)),
  fc.constantFrom(...SECRET_NAMES).map((name) => name.toUpperCase())
)

/** A secret where one may stand, as what it should be or as something else. */
const anyValue = (secret: string): fc.Arbitrary<unknown> =>
  fc.constantFrom<unknown>(secret, [secret], { value: secret }, { [secret.slice(0, 0) || "value"]: [secret] })

const anyPlace = (name: string, value: unknown): fc.Arbitrary<unknown> =>
  fc.constantFrom<unknown>(
    { [name]: value },
    { options: { [name]: value } },
    { servers: [{ host: "a", [name]: value }] },
    { tls: { [name]: value } },
    { servers: [{ host: "a", tls: { [name]: value } }] },
    { [name]: value, defaultTtl: "wrong", compression: { level: 77 } },
    { compression: { [name]: value } }
  )

describe("a secret", () => {
  it("is in no message, wherever it stands and however its option is spelt", () => {
    const anyOptions = fc.record({ secret: anySecret, name: anySecretName }).chain(({ secret, name }) =>
      anyValue(secret)
        .chain((value) => anyPlace(name, value))
        .map((options) => ({ secret, options }))
    )
    fc.assert(
      fc.property(anyOptions, ({ secret, options }) => {
        expect(messageOf(options) ?? "").not.toContain(secret.slice(0, 6))
      }),
      { numRuns: 3_000 }
    )
  })

  it("is in no message when it stands in an address, right or wrong, in the right option or not", () => {
    const tails = ["a:1", "a b", "a:99999", "[::1", "", "a:1,b:2", "a:1/path"]
    const anyOptions = fc
      .record({
        secret: anySecret,
        tail: fc.constantFrom(...tails),
        scheme: fc.constantFrom("", "memcached://", "http://"),
      })
      .chain(({ secret, tail, scheme }) => {
        const url = `${scheme}shopkeeper:${secret}@${tail}`
        return fc
          .constantFrom<unknown>(
            { serverUrls: [url] },
            { serverUrls: url },
            { serverUrl: url },
            { url: url },
            { servers: url },
            { servers: [url] },
            { servers: [{ host: url, port: "wrong" }] },
            { servers: [{ url }] },
            { cachePrefix: `${url} ` },
            { logging: url },
            { compression: url },
            { timeoutMs: url },
            url,
            [url]
          )
          .map((options) => ({ secret, options }))
      })
    fc.assert(
      fc.property(anyOptions, ({ secret, options }) => {
        expect(messageOf(options) ?? "").not.toContain(secret.slice(0, 6))
      }),
      { numRuns: 2_000 }
    )
  })

  it("does not keep the message from naming its option", () => {
    expect(messageOf({ passwrod: "correct-horse" })).toContain("passwrod")
    expect(messageOf({ passwrod: "correct-horse" })).toContain("did you mean password?")
  })
})
