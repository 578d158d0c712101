import type { PageOf } from "../../../../types/http"

interface PageRequest {
  readonly limit: number
  readonly offset: number
}

export const pageOf = <T>(items: readonly T[], { limit, offset }: PageRequest): readonly T[] =>
  items.slice(offset, offset + limit)

export const pageInfo = (items: readonly unknown[], { limit, offset }: PageRequest): PageOf => ({
  count: items.length,
  offset,
  limit,
})
