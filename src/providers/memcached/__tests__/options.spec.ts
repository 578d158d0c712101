import fc from "fast-check"
import { BEST_ALGORITHM, CacheError, hasAlgorithm } from "../../../cache"
import type { ResolvedProviderOptions } from "../options"
import { validateOptions } from "../validate-options"

/** What the tutorial and the README show, with every option in it. */
const NAMES = {
  "": [
    "serverUrls",
    "servers",
    "username",
    "password",
    "tls",
    "options",
    "cachePrefix",
    "defaultTtl",
    "maxTtl",
    "compression",
    "timeoutMs",
    "connectTimeoutMs",
    "clearTimeoutMs",
    "earlyRefresh",
    "readLag",
    "log",
    "index",
    "statistics",
    "logging",
  ],
  compression: ["enabled", "threshold", "level"],
  log: ["retention", "maxTags"],
  index: ["enabled", "retention", "maxBytes"],
  statistics: ["enabled", "flushIntervalMs"],
  options: [
    "timeout",
    "conntimeout",
    "username",
    "password",
    "retries",
    "retry_delay",
    "expires",
    "failover",
    "failoverTime",
    "keepAlive",
    "keepAliveDelay",
    "logger",
    "serializer",
  ],
  tls: ["ca", "cert", "key", "passphrase", "servername", "rejectUnauthorized", "minVersion"],
} as const

function complaintOf(options: unknown): string | undefined {
  try {
    validateOptions(options)
    return undefined
  } catch (error) {
    if (!(error instanceof CacheError)) throw error
    expect(error.code).toBe("invalid_options")
    return error.message
  }
}

describe("options that are left out", () => {
  const defaults: ResolvedProviderOptions = {
    discovery: false,
    protocol: "auto",
    cachePrefix: "medusa",
    defaultTtl: 3600,
    maxTtl: 0,
    maxValueBytes: 8_388_608,
    memoryBytes: 33_554_432,
    compression: { enabled: true, algorithm: BEST_ALGORITHM, threshold: 2048 },
    clearTimeoutMs: 3_000,
    earlyRefresh: 1,
    log: { retention: 86_400, maxTags: 100_000 },
    index: { enabled: true, retention: 86_400, maxBytes: 8_388_608 },
    statistics: { enabled: true, flushIntervalMs: 5_000 },
    logging: "info",
  }

  it.each([[undefined], [null], [{}], [{ compression: {}, log: {}, index: {} }]])(
    "have their defaults: %j",
    (options) => {
      expect(validateOptions(options)).toEqual(defaults)
    }
  )

  it("have their defaults beside those that are given", () => {
    expect(validateOptions({ compression: { level: 1 }, index: { enabled: false } })).toEqual({
      ...defaults,
      compression: { enabled: true, algorithm: BEST_ALGORITHM, threshold: 2048, level: 1 },
      index: { enabled: false, retention: 86_400, maxBytes: 8_388_608 },
    })
    expect(validateOptions({ servers: [{ host: "a" }] }).servers).toEqual([{ host: "a", port: 11211 }])
  })

  it("are those that are undefined, too, as an environment variable may be", () => {
    expect(
      validateOptions({ serverUrls: undefined, username: undefined, password: undefined, compression: undefined })
    ).toEqual(defaults)
  })

  it("are filled in for each call anew, so that nobody changes them for others", () => {
    const [a, b] = [validateOptions({}), validateOptions({})]

    expect(a.compression).not.toBe(b.compression)
  })
})

describe("the algorithm of compression", () => {
  const options = { compression: { algorithm: "zstd" } }

  it("can be Brotli, for processes with an older Node.js beside this one", () => {
    const { compression } = validateOptions({ compression: { algorithm: "brotli" } })
    expect(compression.algorithm).toBe("brotli")
  })

  it("is refused where Node.js lacks it", () => {
    if (hasAlgorithm("zstd")) expect(validateOptions(options).compression.algorithm).toBe("zstd")
    else {
      expect(complaintOf(options)).toMatch(
        /option compression\.algorithm: expected "brotli", since Node\.js has Zstandard from 22\.15 on and this is v\d/
      )
    }
  })
})

describe("any options", () => {
  const someNames = fc.constantFrom(
    ...Object.values(NAMES).flat(),
    "host",
    "port",
    "__proto__",
    "constructor",
    "toString",
    ""
  )
  const anyOptions = fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
      withSparseArray: true,
    }),
    fc.dictionary(fc.oneof(someNames, fc.string()), fc.anything()),
    fc.dictionary(
      someNames,
      fc.oneof(
        fc.anything(),
        fc.dictionary(someNames, fc.anything()),
        fc.array(fc.dictionary(someNames, fc.anything()))
      )
    )
  )

  it("are either taken or refused with a CacheError", () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const complaint = complaintOf(options)
        if (complaint !== undefined) expect(complaint).toMatch(/^medusa-plugin-memcached: ./)
      }),
      { numRuns: 3_000 }
    )
  })

  it("are not changed, and not taken over", () => {
    const options = { compression: { level: 3 }, serverUrls: ["a:1"] }
    const resolved = validateOptions(options)
    options.compression.level = 9
    options.serverUrls.push("b:1")

    expect(resolved.compression.level).toBe(3)
    expect(resolved.serverUrls).toEqual(["a:1"])
  })
})

describe("a user name without a password, or a password without a name", () => {
  it.each([
    [{ username: "shop" }, "option username:"],
    [{ password: "secret" }, "option username:"],
    [{ servers: [{ host: "a" }, { host: "b", username: "shop" }] }, "option servers[1].username:"],
    [{ servers: [{ host: "a", password: "secret" }] }, "option servers[0].username:"],
    [{ options: { username: "shop" } }, "option options.username:"],
    [{ options: { username: "", password: "secret" } }, "option options.username:"],
  ])("is refused, and not left out: %j", (options, option) => {
    expect(complaintOf(options)).toContain(`${option} expected both username and password, or neither`)
    expect(complaintOf(options)).not.toContain("secret")
  })

  it("is none where both are empty, as memjs has it", () => {
    expect(complaintOf({ options: { username: "", password: "" } })).toBeUndefined()
  })
})

describe("a certificate or a key of another type", () => {
  it.each(["ca", "cert", "key"])("is refused as what it is: tls.%s", (name) => {
    for (const options of [{ tls: { [name]: ["a"] } }, { servers: [{ host: "a", tls: { [name]: ["a"] } }] }]) {
      expect(complaintOf(options)).toContain(`tls.${name}: expected a string or a Buffer (given: an array)`)
    }
  })
})

describe("an unknown name", () => {
  const oneTypo = (name: string): fc.Arbitrary<string> =>
    fc
      .record({ at: fc.nat({ max: name.length - 1 }), kind: fc.constantFrom("drop", "double", "swap", "case") })
      .map(({ at, kind }) => {
        const [before, letter, after] = [name.slice(0, at), name.charAt(at), name.slice(at + 1)]
        if (kind === "drop") return before + after
        if (kind === "double") return before + letter + letter + after
        if (kind === "swap") return before + after.charAt(0) + letter + after.slice(1)
        return before + (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()) + after
      })

  for (const [parent, names] of Object.entries(NAMES)) {
    it(`that is one typo away from one ${parent ? `of ${parent}` : "at the top"} gets that one suggested`, () => {
      const typos = fc
        .constantFrom(...names)
        .chain((right) => fc.record({ right: fc.constant<string>(right), wrong: oneTypo(right) }))
      fc.assert(
        fc.property(typos, ({ right, wrong }) => {
          // "Ca" is as near to "ca" as to nothing else, but two letters have neighbours.
          fc.pre(wrong.length > 2 && !(names as readonly string[]).includes(wrong))
          const complaint = complaintOf(parent ? { [parent]: { [wrong]: 1 } } : { [wrong]: 1 })
          const path = parent ? `${parent}.` : ""

          expect(complaint).toContain(`unknown option ${path}${wrong}`)
          expect(complaint).toContain(`did you mean ${path}${right}?`)
        }),
        { numRuns: 100 }
      )
    })
  }

  it("in a server's own options gets one of those suggested", () => {
    expect(complaintOf({ servers: [{ host: "a" }, { hots: "a" }] })).toContain("did you mean servers[1].host?")
    expect(complaintOf({ servers: [{ host: "a", tls: { servernam: "x" } }] })).toContain("servers[0].tls.servername")
  })

  it("is shown with the number that was given, when it is plain that no secret was meant", () => {
    expect(complaintOf({ defaultTTL: 4711 })).toContain(
      "unknown option defaultTTL (given: 4711), did you mean defaultTtl?"
    )
    expect(complaintOf({ serverUrl: "cache.example.com:11211" })).toContain(
      "unknown option serverUrl (given: a string of 23 characters, not shown), did you mean serverUrls?"
    )
    for (const name of ["paswrd", "PASSWORD", "pin"]) {
      expect(complaintOf({ servers: [{ host: "a", [name]: 4711 }] })).toContain("(given: a number, not shown)")
    }
  })

  it("is shown only if it can be a name, and with the first of many", () => {
    const complaint = complaintOf({ ...Array.from("x".repeat(2_000)) }) ?? ""
    expect(complaint).toMatch(/; and 1992 more$/)
    expect(complaint.length).toBeLessThan(1_000)
    expect(complaintOf({ "\u001b[31mhunter2": 1 })).toContain("unknown option (a name of 12 characters, not shown)")
  })

  it("that is like none gets no suggestion, also when it is short", () => {
    for (const name of ["foo", "x", "redis", "host", "somethingElse"]) {
      expect(complaintOf({ [name]: 1 })).not.toContain("did you mean")
    }
  })

  it("that the Redis provider has gets what is meant, and not just what is spelt alike", () => {
    expect(complaintOf({ ttl: 60 })).not.toContain("did you mean tls?")
  })
})

describe("the limits of numbers", () => {
  it.each([
    [{ compression: { level: 0 } }, "compression.level"],
    [{ compression: { level: 10 } }, "compression.level"],
    [{ compression: { level: 1.5 } }, "compression.level"],
    [{ compression: { threshold: -1 } }, "compression.threshold"],
    [{ defaultTtl: -1 }, "defaultTtl"],
    [{ defaultTtl: 1.5 }, "defaultTtl"],
    [{ defaultTtl: NaN }, "defaultTtl"],
    [{ defaultTtl: Infinity }, "defaultTtl"],
    [{ maxTtl: 2 ** 32 }, "maxTtl"],
    [{ timeoutMs: 0 }, "timeoutMs"],
    [{ timeoutMs: 60_001 }, "timeoutMs"],
    [{ clearTimeoutMs: 0 }, "clearTimeoutMs"],
    [{ earlyRefresh: -0.1 }, "earlyRefresh"],
    [{ earlyRefresh: 11 }, "earlyRefresh"],
    [{ readLag: -1 }, "readLag"],
    [{ readLag: 3_601 }, "readLag"],
    [{ log: { retention: 59 } }, "log.retention"],
    [{ log: { retention: 30 * 86_400 + 1 } }, "log.retention"],
    [{ log: { maxTags: 999 } }, "log.maxTags"],
    [{ index: { retention: 30 * 86_400 + 1 } }, "index.retention"],
    [{ index: { maxBytes: 1_048_575 } }, "index.maxBytes"],
    [{ statistics: { flushIntervalMs: 999 } }, "statistics.flushIntervalMs"],
    [{ statistics: { flushIntervalMs: 60_001 } }, "statistics.flushIntervalMs"],
    [{ statistics: { enabled: "no" } }, "statistics.enabled"],
    [{ servers: [{ host: "a", port: 0 }] }, "servers[0].port"],
    [{ servers: [{ host: "a", port: 65_536 }] }, "servers[0].port"],
    // memjs counts in seconds: what rounds to 0 ms would fail each command, and what a timer cannot hold fires at once.
    [{ options: { timeout: 0 } }, "options.timeout"],
    [{ options: { timeout: 0.0004 } }, "options.timeout"],
    [{ options: { timeout: 10_000_000 } }, "options.timeout"],
    [{ options: { conntimeout: 0.0004 } }, "options.conntimeout"],
  ])("are kept: %j", (options, name) => {
    expect(complaintOf(options)).toContain(name)
  })

  it.each([
    { cachePrefix: "a b" },
    { cachePrefix: "ü" },
    { cachePrefix: "" },
    { cachePrefix: "p".repeat(101) },
    // A tilde marks the own items of a cache, and a colon ends its prefix: "eu:1" of "shop" would be "1" of "shop:eu".
    { cachePrefix: "~shop" },
    { cachePrefix: "shop:eu" },
    { cachePrefix: "shop:" },
  ])("and alphabets too: %j", (options) => {
    expect(complaintOf(options)).toContain("cachePrefix")
  })

  it("and a prefix with a colon is told what it may be in its place", () => {
    expect(complaintOf({ cachePrefix: "shop:eu" })).toContain('"shop-eu"')
  })
})
