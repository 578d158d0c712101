import { decompress } from "./codec/compression"
import { type Entry, MAX_NAMES_BYTES } from "./codec/entry"

/**
 * Returns the names of an entry's tags, in the order of its hashes. Only unusually many tags need a promise. Unreadable
 * names count as none, because they decide nothing.
 */
export function tagsOf(entry: Entry): string[] | Promise<string[]> {
  const { names } = entry
  if (names.rawBytes === 0) return []
  try {
    const bytes = decompress(names, MAX_NAMES_BYTES)
    return bytes instanceof Promise ? bytes.then(parsed).catch(() => []) : parsed(bytes)
  } catch {
    return []
  }
}

function parsed(json: Buffer): string[] {
  const tags: unknown = JSON.parse(json.toString("latin1"))
  return Array.isArray(tags) && tags.every((tag) => typeof tag === "string") ? tags : []
}
