import { z } from "@medusajs/framework/zod"
import { name } from "../../../modules/cache-monitor/clear-targets"

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 200

/** The largest offset, above any number of entries. */
const MAX_OFFSET = 1_000_000_000

const providerId = { provider_id: name.optional() }

/** The schema of a query without parameters. */
export const nothing = z.strictObject({})

export const providerQuery = z.strictObject({ ...providerId })

export type ProviderQuery = z.output<typeof providerQuery>

export const pageQuery = (maxLimit = MAX_LIMIT) => ({
  ...providerId,
  limit: wholeNumber(1, maxLimit).default(DEFAULT_LIMIT),
  offset: wholeNumber(0, MAX_OFFSET).default(0),
})

export const listQuery = z.strictObject(pageQuery())

export type ListQuery = z.output<typeof listQuery>

/** Accepts a whole number, which arrives as a string in a query. */
function wholeNumber(min: number, max: number) {
  const expectation = `a whole number from ${min} to ${max}`
  return z
    .string(expectation)
    .regex(/^\d{1,10}$/, expectation)
    .transform(Number)
    .pipe(z.number().min(min, expectation).max(max, expectation))
}
