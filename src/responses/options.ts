import { z } from "@medusajs/framework/zod"
import { CATALOGUE_ROUTES, isPersonal } from "./routes"

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
  const [issue] = parsed.error.issues
  const name = ["responses", ...(issue?.path ?? [])].join(".")
  throw new Error(`medusa-plugin-memcached: the option ${name} is not valid: ${issue?.message ?? "unknown reason"}`)
}

/** Returns the routes that are stored: Medusa's own that are not turned off, and those that a shop adds. */
export function routesOf({ routes, ttl: usual, vary: always }: ResolvedResponseOptions) {
  const wanted = { ...Object.fromEntries(CATALOGUE_ROUTES.map((each) => [each, true as const])), ...routes }
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([each, options]) => {
      if (options === false) return []
      const own = options === true ? {} : options
      return [[each, { ttl: own.ttl ?? usual, vary: [...new Set([...always, ...(own.vary ?? [])])] }]]
    })
  )
}
