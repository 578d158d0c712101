import { z } from "@medusajs/framework/zod"
import { CATALOGUE_ROUTES, isPersonal, nameOfRoute, shapeOf } from "./routes"

/** The longest relative time. memcached reads larger numbers as a UNIX time (protocol.txt, "Expiration times"). */
const MAX_TTL_SECONDS = 60 * 60 * 24 * 30

const DEFAULT_TTL_SECONDS = 3_600

const ttl = z.number().int().min(1).max(MAX_TTL_SECONDS)
/** RFC 9110, "Tokens". */
const headerName = z
  .string()
  .max(100)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'the name of a request header, as in "x-currency"')
  .transform((name) => name.toLowerCase())
const vary = z.array(headerName).max(10)

const path = z
  .string()
  .max(200)
  .regex(/^\/(?:[\w.~-]+|:\w+)(?:\/(?:[\w.~-]+|:\w+))*$/, 'a path as in "/store/brands/:id"')
  .refine((value) => !isPersonal(value), "a path below /store that does not belong to one visitor")

const route = z.union([z.boolean(), z.strictObject({ ttl: ttl.optional(), vary: vary.optional() })])

/** The option `responses` as written in `medusa-config.ts`. docs/responses.md has the table. */
export const responseOptions = z.strictObject({
  routes: z.record(path, route).default({}),
  ttl: ttl.default(DEFAULT_TTL_SECONDS),
  vary: vary.default([]),
  maxBytes: z
    .number()
    .int()
    .min(1024)
    .max(256 * 1024 ** 2)
    .default(8 * 1024 ** 2),
  memoryBytes: z
    .number()
    .int()
    .min(0)
    .max(4 * 1024 ** 3)
    .default(16 * 1024 ** 2),
  cacheControl: z
    .string()
    .max(200)
    .regex(/^[\x20-\x7e]+$/, 'a header value as in "public, max-age=60"')
    .optional(),
  version: z.string().min(1).max(100).optional(),
  bypass: z
    .custom<(request: unknown) => boolean>((value) => typeof value === "function", "a function of the request")
    .optional(),
})

export type ResponseOptions = z.input<typeof responseOptions>
export type ResolvedResponseOptions = z.output<typeof responseOptions>

/**
 * Returns the options with defaults filled in, or undefined when answers are not to be stored. Throws an error that
 * names the option and what was expected, never the value.
 */
export function resolveResponseOptions(given: unknown): ResolvedResponseOptions | undefined {
  if (given === undefined || given === false) return undefined
  const parsed = responseOptions.safeParse(given === true ? {} : given)
  if (parsed.success) return parsed.data
  const issue = innermost(parsed.error.issues[0])
  const name = ["responses", ...(issue?.path ?? [])].join(".")
  throw new Error(
    `medusa-plugin-memcached: the option ${name} is not valid: ${expectationOf(issue)}${shown(given, issue?.path)}`
  )
}

/** Shows a number or a boolean that was given. Text is never shown: it may be a secret in the wrong place. */
function shown(given: unknown, path: readonly PropertyKey[] = []): string {
  const value = path.reduce<unknown>((outer, name) => (outer as Readonly<Record<PropertyKey, unknown>>)[name], given)
  return typeof value === "number" || typeof value === "boolean" ? ` (given: ${String(value)})` : ""
}

type Issue = z.core.$ZodIssue

/** Returns what is wrong inside of something that may be this or that, with its whole path. */
function innermost(issue: Issue | undefined): Issue | undefined {
  if (issue?.code === "invalid_key") return { ...issue, ...issue.issues[0], path: issue.path } as Issue
  if (issue?.code !== "invalid_union") return issue
  const nested = issue.errors.flat().find(({ code, path }) => code === "unrecognized_keys" || path.length > 0)
  return nested ? innermost({ ...nested, path: [...issue.path, ...nested.path] }) : issue
}

/** Says what was expected. */
function expectationOf(issue: Issue | undefined): string {
  switch (issue?.code) {
    case "invalid_union":
      return "expected true, false, or an object with options"
    case "unrecognized_keys":
      return `there is no option ${issue.keys.map((key) => key.slice(0, 40)).join(", ")}`
    case "invalid_format":
    case "custom":
      return `expected ${issue.message}`
    default:
      return issue?.message ?? "unknown reason"
  }
}

/** Returns the routes that are stored: Medusa's own that are not turned off, and those that a shop adds. */
export function routesOf({ routes, ttl: usual, vary: always }: ResolvedResponseOptions) {
  const wanted = [...CATALOGUE_ROUTES.map((each) => [each, true] as const), ...Object.entries(routes)]
  // Whatever a parameter is called, "/store/products/:handle" is the route of "/store/products/:id". The last one counts.
  const byShape = new Map(wanted.map(([each, options]) => [shapeOf(nameOfRoute(each)), [each, options] as const]))
  return Object.fromEntries(
    [...byShape.values()].flatMap(([each, options]) => {
      if (options === false) return []
      const own = options === true ? {} : options
      return [[each, { ttl: own.ttl ?? usual, vary: [...new Set([...always, ...(own.vary ?? [])])] }]]
    })
  )
}
