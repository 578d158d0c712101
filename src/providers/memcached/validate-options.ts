import type { z } from "@medusajs/framework/zod"
import leven from "leven"
import { CacheError } from "../../cache"
import { providerOptions, type ResolvedProviderOptions } from "./options"

type Issue = z.core.$ZodIssue

/** Names that may hold a secret, even when misspelt. Not even numbers under them are shown. */
const SECRET_NAME = /pass|pwd|secret|token|key|cred|auth|cert|ca$|user/i

/** The form of an option's name. Anything else may be a value in the wrong place. */
const PLAIN_NAME = /^[a-z_][\w-]{0,39}$/i

/**
 * The most complaints in a message. If a text is spread into an object by mistake, every character is an unknown
 * option.
 */
const MAX_COMPLAINTS = 8

/** The names here for options of Medusa's other caching providers. */
const ALIASES: Readonly<Record<string, string>> = {
  ttl: "defaultTtl",
  prefix: "cachePrefix",
  compressionThreshold: "compression.threshold",
  redisUrl: "serverUrls",
}

/** Returns whether a name is a typo of another, and not a different word. */
function isTypo(wrong: string, name: string): boolean {
  const sameLetters = [...wrong].sort().join("") === [...name].sort().join("")
  return sameLetters || leven(wrong, name) <= (wrong.length < 4 ? 1 : Math.max(2, Math.floor(wrong.length * 0.4)))
}

/**
 * Validates options. Throws a `CacheError` ("invalid_options") that names each invalid option, what was given and what
 * was expected, and for an unknown option also the nearest that exists. This stops the boot: a cache with a misspelt
 * option is a cache that nobody wanted.
 */
export function validateOptions(input: unknown): ResolvedProviderOptions {
  const result = providerOptions.safeParse(input ?? {})
  if (result.success) return result.data
  const complaints = result.error.issues.flatMap((issue) => complaintsOf(issue, input))
  const further = complaints.length - MAX_COMPLAINTS
  const said = [...complaints.slice(0, MAX_COMPLAINTS), ...(further > 0 ? [`and ${further} more`] : [])]
  throw new CacheError("invalid_options", `medusa-plugin-memcached: ${said.join("; ")}`)
}

function complaintsOf(issue: Issue, input: unknown): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = [...issue.path, key]
      const nearest = nearestName(path)
      // A name that resembles no option may hold a secret.
      const isShown = nearest !== undefined && isPublic([...path, nearest])
      const given = described(valueAt(input, path), isShown)
      return `unknown option ${nameOf(path)} (given: ${given})${nearest ? `, did you mean ${nearest}?` : ""}`
    })
  }
  if (issue.code === "invalid_union") {
    const nested = issue.errors.flat().find((inner) => inner.code === "unrecognized_keys" || inner.path.length > 0)
    if (nested) return complaintsOf({ ...nested, path: [...issue.path, ...nested.path] }, input)
  }
  const given = described(valueAt(input, issue.path), isPublic(issue.path))
  return [`option ${nameOf(issue.path)}: ${expectationOf(issue)} (given: ${given})`]
}

function expectationOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected}`
    case "invalid_union":
      return issue.path.at(-1) === "tls"
        ? "expected true, false or an object with TLS options"
        : "expected a string or a Buffer"
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

/** Returns the options that exist where an unknown one was given. */
function namesBeside(path: readonly PropertyKey[]): string[] {
  const parent = path.slice(0, -1).findLast((part) => typeof part === "string")
  return [...(KNOWN_NAMES[parent ?? ""] ?? [])]
}

/** Returns the names in an object's schema, through defaults, arrays and unions. */
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

/** Option names by the path of their object; "" is the options themselves. */
const KNOWN_NAMES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(providerOptions.shape).map(([name, schema]) => [name, shapeOf(schema)])),
  "": shapeOf(providerOptions),
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (isObject(value) ? value[String(part)] : undefined), input)
}

const isPublic = (path: readonly PropertyKey[]): boolean => !path.some((part) => SECRET_NAME.test(String(part)))

/**
 * Describes a value. Text is never shown, whatever the option: it may be a password, a key or an address with a
 * password in the wrong place. Its length is shown, which reveals an empty environment variable, or a file that was
 * read instead of a name.
 */
function described(value: unknown, isShown: boolean): string {
  if (value === undefined) return "nothing"
  if (value === null) return "null"
  if (typeof value === "string") return `a string of ${value.length} characters, not shown`
  if (Array.isArray(value)) return "an array"
  if (typeof value === "object") return "an object"
  if (typeof value !== "number" && typeof value !== "boolean") return `a ${typeof value}`
  return isShown ? String(value) : `a ${typeof value}, not shown`
}

const nameOf = (path: readonly PropertyKey[]): string => {
  const names = path.map((part, i) => (typeof part === "number" ? `[${part}]` : (i === 0 ? "" : ".") + shownName(part)))
  return path.length === 0 ? "(all)" : names.join("")
}

const shownName = (name: PropertyKey): string =>
  PLAIN_NAME.test(String(name)) ? String(name) : `(a name of ${String(name).length} characters, not shown)`

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}
