import { decompress, decompressSync } from "./codec/compression"
import { Entry, MAX_NAMES_BYTES } from "./codec/entry"
import type { Reply } from "./memcached/server"
import { intactValue } from "./support/checksum"
import { hashOfKey } from "./support/hash"

/** Hashes of more tags than any entry has, and the footer. */
const MAX_OTHER_BYTES = 1024 * 1024

/** Returns the size of the largest item that can be an entry with so many bytes of data. Larger ones are not read. */
export const largestItemOf = (maxValueBytes: number): number => maxValueBytes + MAX_NAMES_BYTES + MAX_OTHER_BYTES

/**
 * Decodes the entry of a key. Returns undefined for no entry, or for one that another key or prefix left under this
 * name, which its first hash reveals.
 */
export function entryOf(reply: Reply, key: string): Entry | undefined {
  const bytes = intactValue(reply)
  const entry = bytes && Entry.decode(bytes)
  return entry && entry.hashCount > 0 && entry.hashAt(0) === hashOfKey(key) ? entry : undefined
}

/** What an entry of JSON unfolds into. */
export interface Contents {
  readonly json: string
  /** The same entry, whose names are at hand. It may be without its payload. */
  readonly entry: Entry
}

/**
 * Unfolds an entry of JSON, whose bytes are valid during this call only. Throws for damage, and for JSON of more than
 * `maxBytes`. Only an unusually large one needs a promise, whose entry has bytes of its own.
 */
export function contentsOf(entry: Entry, maxBytes: number): Contents | Promise<Contents> {
  requireAtMost(maxBytes, entry)
  if (!entry.isCompressed) return { json: entry.plainText, entry }
  const { rawBytes } = entry
  const split = (bytes: Buffer, of: Entry): Contents => ({
    json: bytes.toString("latin1", 0, rawBytes),
    entry: of.withNames(bytes.subarray(rawBytes)),
  })
  const bytes = decompress(entry.payload, maxBytes + MAX_NAMES_BYTES)
  if (!(bytes instanceof Promise)) return split(bytes, entry)
  const own = entry.withoutPayload()
  return bytes.then((unfolded) => split(unfolded, own))
}

/**
 * Returns the names of an entry's tags, in the order of its hashes. Where they are part of the payload, all of that is
 * decompressed. Unreadable names, and those of JSON of more than `maxBytes`, count as none, because they decide nothing.
 */
export function tagsOf(entry: Entry, maxBytes: number): string[] {
  const { names, namesBytes } = entry
  if (namesBytes === 0) return []
  try {
    requireAtMost(maxBytes, entry)
    const bytes = names
      ? decompressSync(names, MAX_NAMES_BYTES)
      : decompressSync(entry.payload, maxBytes + MAX_NAMES_BYTES)
    const tags: unknown = JSON.parse(bytes.toString("latin1", bytes.length - namesBytes))
    return Array.isArray(tags) && tags.every((tag) => typeof tag === "string") ? tags : []
  } catch {
    return []
  }
}

function requireAtMost(maxBytes: number, { rawBytes }: Entry): void {
  if (rawBytes > maxBytes) throw new RangeError("too large to be unfolded")
}
