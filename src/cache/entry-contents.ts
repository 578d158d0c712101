import { decompress } from "./codec/compression"
import { type Entry, MAX_NAMES_BYTES } from "./codec/entry"

/** What an entry of JSON unfolds into. */
export interface Contents {
  readonly json: string
  /** The names of the tags, if they were part of the payload: a view of larger bytes. */
  readonly names: Buffer | undefined
}

/** Unfolds an entry of JSON of at most `maxBytes`. Throws for damage. Only an unusually large one needs a promise. */
export function contentsOf(entry: Entry, maxBytes: number): Contents | Promise<Contents> {
  if (!entry.isCompressed) return { json: entry.plainText, names: undefined }
  const split = (bytes: Buffer): Contents => ({
    json: bytes.toString("latin1", 0, entry.rawBytes),
    names: bytes.subarray(entry.rawBytes),
  })
  const bytes = decompress(entry.payload, maxBytes + MAX_NAMES_BYTES)
  return bytes instanceof Promise ? bytes.then(split) : split(bytes)
}

/**
 * Returns the names of an entry's tags, in the order of its hashes. Only unusually many tags need a promise. Unreadable
 * names, and those of JSON of more than `maxBytes`, count as none, because they decide nothing.
 */
export function tagsOf(entry: Entry, maxBytes: number): string[] | Promise<string[]> {
  const { names, namesBytes } = entry
  if (namesBytes === 0) return []
  const parse = (bytes: Buffer): string[] => parsed(bytes.subarray(bytes.length - namesBytes))
  try {
    const bytes = names ? decompress(names, MAX_NAMES_BYTES) : decompress(entry.payload, maxBytes + MAX_NAMES_BYTES)
    return bytes instanceof Promise ? bytes.then(parse).catch(() => []) : parse(bytes)
  } catch {
    return []
  }
}

function parsed(json: Buffer): string[] {
  const tags: unknown = JSON.parse(json.toString("latin1"))
  return Array.isArray(tags) && tags.every((tag) => typeof tag === "string") ? tags : []
}
