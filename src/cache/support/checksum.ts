import { crc32 } from "node:zlib"
import type { Reply } from "../memcached/server"

/**
 * Returns the CRC-32 of an item's value, which is kept in the item's flags: 32 bits that Memcached only carries. It
 * finds every altered bit, and every run of altered bits up to 32. It is no protection from somebody who writes items.
 *
 * With the item's name included, a value that appears under another name counts as damaged. Entries do not need that:
 * the hash of their key is part of them.
 */
export const checksumOf = (value: Buffer, name = ""): number => crc32(value, name === "" ? 0 : crc32(name))

/** Returns the value of an item if it is as it was written. */
export const intactValue = ({ value, flags }: Reply, name = ""): Buffer | undefined =>
  value !== undefined && checksumOf(value, name) === flags ? value : undefined
