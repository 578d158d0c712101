/**
 * The part of Memcached's binary protocol that this package uses. Names and numbers are those of protocol_binary.txt
 * (https://github.com/memcached/memcached/wiki/BinaryProtocolRevamped) and of protocol_binary.h in memcached 1.6.
 *
 * memjs has the same numbers, but as literals inside its client, and it builds a request in six steps and five copies.
 * The hot path encodes directly instead, see `WriteBatch`.
 */

/** The size of the header of every request and response, in bytes (section "Packet Structure"). */
export const HEADER_BYTES = 24

export const REQUEST_MAGIC = 0x80
export const RESPONSE_MAGIC = 0x81

/**
 * The longest key, in bytes. Memcached answers a longer one by closing the connection, which fails other commands, too.
 */
export const MAX_KEY_BYTES = 250

/** The largest `-I` that memcached takes, in bytes. No response can be larger. */
export const MAX_BODY_BYTES = 1024 * 1024 * 1024

/** The largest item that is worth storing and reading, in bytes, extras included. A larger one reads as empty. */
export const MAX_ITEM_BYTES = 64 * 1024 * 1024

/** The limit of a version, an error text or one statistic, in bytes. memcached's have some hundred bytes at most. */
export const MAX_TEXT_BYTES = 4 * 1024

/**
 * The limit of one answer to "stat" with all its lines, headers included, in bytes. The largest group takes some 100
 * KB.
 */
export const MAX_STATS_BYTES = 256 * 1024

export const OPCODE = {
  get: 0x00,
  set: 0x01,
  add: 0x02,
  delete: 0x04,
  noop: 0x0a,
  version: 0x0b,
  append: 0x0e,
  stat: 0x10,
  saslAuth: 0x21,
} as const

/** Section "Response Status". */
export const STATUS = {
  ok: 0x00,
  keyNotFound: 0x01,
  keyExists: 0x02,
  valueTooLarge: 0x03,
  invalidArguments: 0x04,
  itemNotStored: 0x05,
  authenticationError: 0x20,
  unknownCommand: 0x81,
  outOfMemory: 0x82,
  internalError: 0x84,
} as const

const STATUS_TEXT: Readonly<Record<number, string>> = {
  0x04: "invalid arguments",
  0x06: "not a number",
  0x20: "authentication required",
  0x21: "authentication needs another step",
  0x81: "unknown command",
  0x82: "out of memory",
  0x83: "not supported",
  0x84: "internal error",
  0x85: "busy",
  0x86: "temporary failure",
}

export function describeStatus(status: number): string {
  return STATUS_TEXT[status] ?? `status 0x${status.toString(16).padStart(2, "0")}`
}

/**
 * Returns the size of a key on the wire, or 0 when it must not be sent:
 *
 * - It is empty or longer than 250 bytes.
 * - It has a space or a control character. The binary protocol would accept it, but text tools could no longer name the
 *   item.
 * - It has half a surrogate pair. UTF-8 maps all of those to one character, so that two keys would become one.
 */
export function keySizeBytes(key: string): number {
  const length = key.length
  if (length > MAX_KEY_BYTES) {
    return 0
  }
  for (let index = 0; index < length; index++) {
    const code = key.charCodeAt(index)
    if (code <= 0x20 || code === 0x7f) {
      return 0
    }
    if (code > 0x7f) {
      return wideKeySizeBytes(key)
    }
  }
  return length
}

const WIDE_KEY = /^[^\u0000-\u0020\u007f\p{Surrogate}]+$/u

function wideKeySizeBytes(key: string): number {
  const sizeBytes = Buffer.byteLength(key)
  return sizeBytes <= MAX_KEY_BYTES && WIDE_KEY.test(key) ? sizeBytes : 0
}
