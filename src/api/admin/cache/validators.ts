import { z } from "@medusajs/framework/zod"

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 200

const providerId = { provider_id: z.string().min(1).optional() }

/** Takes no parameters. */
export const nothing = z.strictObject({})

export const providerQuery = z.strictObject({ ...providerId })

export type ProviderQuery = z.output<typeof providerQuery>

/** Numbers come as strings in a query. */
export const pageQuery = (maxLimit = MAX_LIMIT) => ({
  ...providerId,
  limit: z.coerce.number().int().min(1).max(maxLimit).default(DEFAULT_LIMIT),
  offset: z.coerce.number().int().min(0).default(0),
})

export const listQuery = z.strictObject(pageQuery())

export type ListQuery = z.output<typeof listQuery>
