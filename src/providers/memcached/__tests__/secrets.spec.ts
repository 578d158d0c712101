import fc from "fast-check"
import { CacheError } from "../../../cache"
import { createServers, serverOptionsOf } from "../create-cache"
import { providerOptions } from "../options"
import { validateOptions } from "../validate-options"

/** What boot says about these options; undefined when it takes them. */
function messageOf(options: unknown): string | undefined {
  try {
    createServers(serverOptionsOf(validateOptions(options)))
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

const PEM = `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n`

/** Passwords of several kinds, a key, and addresses that have a password in them. */
const SECRETS = [
  "correct-horse-battery-staple",
  "hunter2hunter2",
  "Tr0ub4dor&3 with a space",
  PEM,
  "shop:hunter2hunter2@cache.example.com:11211",
  "memcached://shop:hunter2hunter2%40cache.example.com",
]

/** What must not be seen of it. */
const partsOf = (secret: string): string[] =>
  ["horse-battery", "hunter2", "Tr0ub4dor", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"].filter((part) => secret.includes(part))

/** As what it should be, and as everything else that it may be by mistake. */
const asAnyType = (secret: string): unknown[] => [
  secret,
  [secret],
  [[secret]],
  { value: secret },
  { password: secret },
  { key: { pem: secret } },
  Buffer.from(secret),
  new Map([[secret, secret]]),
  Object.assign(() => secret, { secret }),
  // As a Buffer or a text that was spread has it.
  { ...Array.from(secret) },
]

/** Of every option, by names and places in lists; those that hold others, too. */
function placesIn(schema: unknown): PropertyKey[][] {
  const { shape, def } = schema as {
    shape?: Record<string, unknown>
    def?: { innerType?: unknown; element?: unknown; options?: unknown[] }
  }
  if (shape) {
    return Object.entries(shape).flatMap(([name, inner]) => [[name], ...placesIn(inner).map((path) => [name, ...path])])
  }
  if (def?.element) return [[0], ...placesIn(def.element).map((path) => [0, ...path])]
  if (def?.innerType) return placesIn(def.innerType)
  return (def?.options ?? []).flatMap(placesIn)
}

/** Nothing but this value at this place, and what must stand beside it. */
function optionsWith(path: readonly PropertyKey[], value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  const inner = optionsWith(rest, value)
  if (typeof first === "number") return [inner]
  return { [first]: inner }
}

const MALFORMED = [
  "shop:hunter2%40cache:11211",
  "shop:hunter2%40cache",
  "memcached://shop:hunter2%40cache:11211",
  "hunter2%40cache:11211",
  "hunter2%40cache",
  "shop:hunter2",
  "shop:hunter2:11211",
  "memcached://shop:hunter2",
  "memcached://shop:hunter2/",
  "shop:hunter2\uff20cache:11211",
  "shop:hunter2#cache:11211",
  "shop:hunter2 cache:11211",
  "shop/hunter2@cache/x",
  "[shop:hunter2]",
  "[shop:hunter2]:11211",
  "[::1%hunter2 x]:1",
  "hunter2@",
  "@hunter2:x",
  "shop:hunter2@",
  "shop:hunter2@cache:99999",
  "shop:hunter2@cache:port",
  "shop:correct@horse@ca che",
  "hunter2;cache",
  "cache?password=hunter2",
  "cache,shop:hunter2",
  "cache:11211\nhunter2",
  "\u001b[31mhunter2",
  `{"host":"cache","password":"hunter2"}`,
]

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

  it("is in no message from any place of the options, and as any type", () => {
    const places = placesIn(providerOptions)
    // That the walk has been everywhere.
    expect(places.map((place) => place.join("."))).toEqual(
      expect.arrayContaining([
        "serverUrls.0",
        "servers.0.tls.key",
        "tls",
        "options.logger",
        "compression.level",
        "logging",
      ])
    )
    for (const secret of SECRETS) {
      for (const place of [...places, []]) {
        // Beside each option, one that there is none of.
        for (const path of [place, [...place.slice(0, -1), "unheardOf"]]) {
          for (const value of asAnyType(secret)) {
            const message = messageOf(optionsWith(path, value)) ?? ""
            for (const part of partsOf(secret)) {
              expect({ path, has: message.includes(part) && part }).toEqual({ path, has: false })
            }
            expect(message.length).toBeLessThan(2_000)
          }
        }
      }
    }
  })

  it("is in no message when an address is malformed, whatever is wrong with it", () => {
    for (const address of MALFORMED) {
      for (const options of [
        { serverUrls: [address] },
        { servers: [{ host: address }] },
        { tls: { servername: address } },
      ]) {
        const message = messageOf(options) ?? `accepted: ${address}`

        expect(message).toMatch(/^medusa-plugin-memcached: option (serverUrls|servers|tls)/)
        expect(message).not.toMatch(/hunter|correct|horse/)
      }
    }
  })

  it("is in the name of no server", () => {
    for (const host of MALFORMED) {
      expect(() => createServers(serverOptionsOf(validateOptions({ servers: [{ host }] })))).toThrow(CacheError)
    }
  })

  it("does not keep the message from naming its option", () => {
    expect(messageOf({ passwrod: "correct-horse" })).toContain("passwrod")
    expect(messageOf({ passwrod: "correct-horse" })).toContain("did you mean password?")
  })
})
