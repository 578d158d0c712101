import { decompress } from "./codec/compression"
import type { Entry } from "./codec/entry"

/** The names of an entry with 1,000 tags take 50 KB. */
const MAX_NAMES_BYTES = 64 * 1024 * 1024

/**
 * The names of an entry's tags, in the order of its hashes; at once, unless they are unusually many. Empty when they cannot
 * be read: they decide nothing.
 */
export function tagsOf(entry: Entry): string[] | Promise<string[]> {
  const { names } = entry
  // A damaged or hostile item must not unfold into gigabytes.
  if (names.rawBytes === 0 || names.rawBytes > MAX_NAMES_BYTES) return []
  try {
    const bytes = decompress(names)
    return bytes instanceof Promise ? bytes.then(parsed).catch(() => []) : parsed(bytes)
  } catch {
    return []
  }
}

function parsed(json: Buffer): string[] {
  const tags: unknown = JSON.parse(json.toString("utf8"))
  return Array.isArray(tags) && tags.every((tag) => typeof tag === "string") ? tags : []
}
