import { checksumOf } from "../src/cache/support/checksum"
import type { Command } from "../src/cache/memcached/server"

type SetCommand = Extract<Command, { op: "set" }>

/** Puts these bytes where a lookup of an entry finds them, with the checksum that they need to be looked at. */
export const entryItem = (key: string, value: Buffer): SetCommand => ({
  op: "set",
  key,
  value,
  flags: checksumOf(value),
  expiration: 0,
})

/** The same for an item of the plugin's own: head, record, JSON. */
export function ownItem(key: string, value: Buffer | string): SetCommand {
  const bytes = Buffer.from(value)
  return { op: "set", key, value: bytes, flags: checksumOf(bytes, key), expiration: 0 }
}
