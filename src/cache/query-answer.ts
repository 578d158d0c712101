/**
 * `{ data: [] }`, with or without metadata: an answer of Medusa's `query.graph` and `query.index`. Medusa takes its tags from the
 * rows and their ids (`parseObjectForEntities` in @medusajs/caching). Where it finds none, no clear finds the entry: a category that
 * was looked at before its first product was put into it would stay empty for as long as the entry lives.
 */
export function isQueryAnswer(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false
  const { data: rows, metadata: _, ...others } = data as { data?: unknown; metadata?: unknown }
  return Array.isArray(rows) && Object.keys(others).length === 0
}
