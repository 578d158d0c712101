import { crc32 } from "node:zlib"
import type { Reply } from "./memcached/server"

/**
 * CRC-32 of an item's value, kept in Memcached's flags of the item, which are 32 bits that the server only carries. It
 * finds every altered bit, and every run of altered bits up to 32; it is no protection from somebody who writes items.
 *
 * With the item's name in it, a value that turns up under another name is damaged, too. Entries do without: the hash of
 * their key is part of them.
 */
export const checksumOf = (value: Buffer, name = ""): number => crc32(value, name === "" ? 0 : crc32(name))

/** The value of an item that was found, if it is as it was written. */
export const intactValue = ({ value, flags }: Reply, name = ""): Buffer | undefined =>
  value !== undefined && checksumOf(value, name) === flags ? value : undefined
