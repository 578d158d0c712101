/**
 * What it takes to ask the shop once more for what a visitor has asked for. It is public: nothing in it says who has
 * asked.
 */
export interface RepeatableRequest {
  /** The path with its query, as it was received. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Returns the number of characters that a request keeps in memory. */
export function charsOf({ path, headers }: RepeatableRequest): number {
  return Object.values(headers).reduce((sum, value) => sum + value.length, path.length)
}

/** Returns a name that equal requests have in common. */
export const nameOfRequest = ({ path, headers }: RepeatableRequest): string =>
  JSON.stringify([path, ...Object.entries(headers)])
