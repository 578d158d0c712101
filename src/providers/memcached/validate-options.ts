import type { z } from "@medusajs/framework/zod"
import leven from "leven"
import { CacheError } from "../../cache"
import { providerOptions, type ResolvedProviderOptions } from "./options"

type Issue = z.core.$ZodIssue

/** Names that may hold a secret, also when they are misspelt: their values are never shown. */
const SECRET_NAME = /pass|pwd|secret|token|key|cred|auth|cert|ca$|user/i

/** A value whose type is wrong tells enough in so many characters. */
const MAX_SHOWN_CHARACTERS = 60

/** What a misspelt name may have been meant to be. */
const SECRETS = ["username", "password", "passphrase", "secret", "token", "key", "cert", "ca"]

/** What the options of Medusa's other caching providers are called here. */
const ALIASES: Readonly<Record<string, string>> = {
  ttl: "defaultTtl",
  prefix: "cachePrefix",
  compressionThreshold: "compression.threshold",
  redisUrl: "serverUrls",
}

/** A slip of the keyboard, not another word. */
function isTypo(wrong: string, name: string): boolean {
  const sameLetters = [...wrong].sort().join("") === [...name].sort().join("")
  return sameLetters || leven(wrong, name) <= (wrong.length < 4 ? 1 : Math.max(2, Math.floor(wrong.length * 0.4)))
}

/**
 * Throws a `CacheError` ("invalid_options") that names each wrong option, what was given and what was expected; for an
 * unknown one also the nearest that exists. Stops the boot: a cache with a misspelt option is a cache that nobody asked for.
 */
export function validateOptions(input: unknown): ResolvedProviderOptions {
  const result = providerOptions.safeParse(input ?? {})
  if (result.success) return result.data
  const complaints = result.error.issues.flatMap((issue) => complaintsOf(issue, input))
  throw new CacheError("invalid_options", `medusa-plugin-memcached: ${complaints.join("; ")}`)
}

function complaintsOf(issue: Issue, input: unknown): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = [...issue.path, key]
      const nearest = nearestName(path)
      const value = valueAt(input, path)
      // Under an unknown name there may be a secret, unless it is plain that another option was meant.
      const hidden = typeof value === "string" && (!nearest || mayMeanSecret(key))
      const given = hidden ? "a string, not shown" : shown(path, value)
      return `unknown option ${nameOf(path)} (given: ${given})${nearest ? `, did you mean ${nearest}?` : ""}`
    })
  }
  if (issue.code === "invalid_union") {
    const nested = issue.errors.flat().find((inner) => inner.code === "unrecognized_keys" || inner.path.length > 0)
    if (nested) return complaintsOf({ ...nested, path: [...issue.path, ...nested.path] }, input)
  }
  const given = shown(issue.path, valueAt(input, issue.path))
  return [`option ${nameOf(issue.path)}: ${expectationOf(issue)} (given: ${given})`]
}

function expectationOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected}`
    case "invalid_union":
      return "expected true, false or an object with TLS options"
    case "too_small":
      return `expected at least ${issue.minimum}${issue.origin === "string" ? " characters" : issue.origin === "array" ? " item" : ""}`
    case "too_big":
      return `expected at most ${issue.maximum}${issue.origin === "string" ? " characters" : ""}`
    case "invalid_value":
      return `expected one of ${issue.values.map(String).join(", ")}`
    case "invalid_format":
    case "custom":
      return `expected ${issue.message}`
    default:
      return issue.message
  }
}

function nearestName(path: readonly PropertyKey[]): string | undefined {
  const wrong = String(path.at(-1))
  const alias = path.length === 1 ? ALIASES[wrong] : undefined
  if (alias) return alias
  const distanceTo = (name: string): number => leven(wrong.toLowerCase(), name.toLowerCase())
  const [nearest] = namesBeside(path)
    .filter((name) => isTypo(wrong.toLowerCase(), name.toLowerCase()))
    .sort((a, b) => distanceTo(a) - distanceTo(b))
  return nearest && nameOf([...path.slice(0, -1), nearest])
}

const mayMeanSecret = (name: string): boolean => SECRETS.some((secret) => isTypo(name.toLowerCase(), secret))

/** The options that exist where an unknown one was given. */
function namesBeside(path: readonly PropertyKey[]): string[] {
  const parent = path.slice(0, -1).findLast((part) => typeof part === "string")
  return [...(KNOWN_NAMES[parent ?? ""] ?? [])]
}

/** The names in an object's schema, through defaults, arrays and unions. */
const shapeOf = (schema: unknown): readonly string[] => {
  let current = schema
  while (isObject(current)) {
    if (isObject(current.shape)) return Object.keys(current.shape)
    const inner: unknown = isObject(current.def)
      ? (current.def.innerType ?? current.def.element ?? firstObject(current.def.options))
      : undefined
    current = inner
  }
  return []
}

function firstObject(options: unknown): unknown {
  return Array.isArray(options) ? options.find((option) => shapeOf(option).length > 0) : undefined
}

/** By the path of the object that they stand in; "" is the options themselves. */
const KNOWN_NAMES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(providerOptions.shape).map(([name, schema]) => [name, shapeOf(schema)])),
  "": shapeOf(providerOptions),
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (isObject(value) ? value[String(part)] : undefined), input)
}

/** Never a secret: by name, or credentials inside of a URL. */
function shown(path: readonly PropertyKey[], value: unknown): string {
  if (value === undefined) return "nothing"
  if (path.some((part) => SECRET_NAME.test(String(part)))) return `a ${typeof value}, not shown`
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object"
  if (typeof value === "string") return JSON.stringify(clipped(value.replace(/.*@/s, "***@")))
  return typeof value === "number" || typeof value === "boolean" ? String(value) : `a ${typeof value}`
}

const clipped = (text: string): string =>
  text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text

const nameOf = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? "(all)"
    : path
        .map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? String(part) : `.${String(part)}`))
        .join("")

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}
