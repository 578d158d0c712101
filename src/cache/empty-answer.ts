/**
 * `{ data: [] }`, with or without metadata: an answer without rows of Medusa's `query.graph` and `query.index`. Medusa takes the
 * tags of an answer from its rows (`parseObjectForEntities` in @medusajs/caching), so that this one has none. A category that was
 * looked at before its first product was put into it would stay empty for as long as the entry lives.
 */
export function isEmptyAnswer(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false
  const { data: rows, metadata: _, ...others } = data as { data?: unknown; metadata?: unknown }
  return Array.isArray(rows) && rows.length === 0 && Object.keys(others).length === 0
}
