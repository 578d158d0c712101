import { CacheError } from "../../../src/cache"
import { parseServerAddress } from "../../../src/providers/memcached/server-address"
import { validateOptions } from "../../../src/providers/memcached/validate-options"
import type { Prng } from "../../../testing/prng"
import { altered, hostileText } from "../mutations"
import { Accepted, assertBounded, type Target } from "../target"

const OPTIONS = {
  ...{ username: "u", password: "p", tls: { ca: "x", key: "y", rejectUnauthorized: true } },
  options: { timeout: 1, username: "u", password: "p" },
  ...{ cachePrefix: "shop", defaultTtl: 1, maxTtl: 0, timeoutMs: 5, logging: "warn", earlyRefresh: 0.5 },
  compression: { enabled: true, threshold: 1, level: 2 },
  ...{ log: { retention: 60, maxTags: 1_000 }, index: { enabled: true, retention: 60, maxBytes: 2_000_000 } },
  statistics: { enabled: true, flushIntervalMs: 1_000 },
}
const WITH_URLS = { ...OPTIONS, serverUrls: ["a:1,b", "u:p@[::1]:7"] }
const WITH_SERVERS = { ...OPTIONS, servers: [{ host: "a", port: 1, tls: true, username: "u", password: "p" }] }
const SECRET_NAMES = "password passwrod Password passphrase secret token key credentials toString __proto__".split(" ")

interface WithSecret<T> {
  readonly input: T
  readonly secret: string
}

const options: Target<WithSecret<unknown>> = {
  name: "provider options",
  weight: 6,
  generate: (chance) => {
    const secret = secretOf(chance)
    const right: unknown = chance.pick([WITH_URLS, WITH_SERVERS, {}])
    return {
      secret,
      input: planted(chance, chance.chance(0.8) ? altered(chance, altered(chance, right)) : right, secret),
    }
  },
  check: ({ input, secret }) => refusedWithout(secret, () => void validateOptions(input)),
}

/** With the secret under names that promise one, and before an `@` anywhere. */
function planted(chance: Prng, value: unknown, secret: string): unknown {
  if (Array.isArray(value)) return value.map((item) => planted(chance, item, secret))
  if (typeof value !== "object" || value === null) return value
  const entries = Object.entries(value).map(([name, part]): [string, unknown] => [name, planted(chance, part, secret)])
  const inside = { [chance.pick(SECRET_NAMES)]: secret }
  const url = `${hostileText(chance)}:${secret}@${hostileText(chance)}`
  if (chance.chance(0.6)) entries.push([chance.pick(SECRET_NAMES), chance.pick<unknown>([secret, [secret], inside])])
  if (chance.chance(0.2)) {
    entries.push([chance.pick([...Object.keys(value), "url"]), chance.pick<unknown>([url, [url]])])
  }
  return Object.fromEntries(entries)
}

const addresses: Target<WithSecret<string>> = {
  name: "server addresses",
  weight: 8,
  generate: (chance) => {
    const secret = secretOf(chance)
    const before = chance.pick(["", "memcached://", "http://"]) + chance.pick(["user", hostileText(chance), ""])
    const host = chance.pick(["cache", "[::1]", hostileText(chance), "@".repeat(chance.below(1_000))])
    const port = chance.pick(["", ":1", ":0", ":x", hostileText(chance)])
    return { secret, input: `${before}:${hostileText(chance)}${secret}@${host}${port}` }
  },
  check: ({ input, secret }) => {
    refusedWithout(secret, () => void parseServerAddress(input, "serverUrls[0]"))
    const withoutAny = input.replaceAll(/@|S3/g, "")
    refusedWithout(secret, () => void parseServerAddress(withoutAny, "serverUrls[0]"))
  },
}

const secretOf = (chance: Prng): string => `S3${chance.uint32().toString(36).padStart(7, "x")}`

function refusedWithout(secret: string, attempt: () => void): void {
  try {
    attempt()
  } catch (error) {
    if (!(error instanceof CacheError)) throw error
    if (error.message.includes(secret.slice(0, 6))) throw new Accepted(`the secret is shown: ${error.message}`)
    assertBounded(error.message)
  }
}

export const optionTargets: readonly Target[] = [options, addresses]
