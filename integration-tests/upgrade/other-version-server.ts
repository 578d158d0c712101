import { checksumOf } from "../../src/cache/support/checksum"
import type { MemcachedServer } from "../../src/cache/memcached"

type Command = Parameters<MemcachedServer["submit"]>[0]
type Reply = Parameters<Parameters<MemcachedServer["submit"]>[1]>[0]

/** What the other version has changed. `headName` is what a version must not do: a head beside the one that is there. */
export type Change = "entry" | "head" | "record" | "json" | "index" | "headName"

export const EVERY_FORMAT: readonly Change[] = ["entry", "head", "record", "json", "index"]

const VERSION = 1
const OTHER_VERSION = 2
/** What the other version makes of ours: as little as we of its. */
const UNKNOWN_VERSION = 0

const OTHER_RECORD_BIT = 4
const UNKNOWN_RECORD_BIT = 8
/** Of the byte with the bits of a record. */
const RECORD_BITS_AT = 6
/** Of the byte with the version, from the end of an entry. */
const ENTRY_VERSION_FROM_END = 3

/**
 * The connection of a process that runs another version of this package. The engine above it is the same; what it writes
 * lies in Memcached in version 2 of the formats, in an order that nobody can read who does not look at the version, and
 * what version 1 has written is as strange to it.
 */
export class OtherVersionServer implements MemcachedServer {
  /** Names of the items that were written. */
  readonly written = new Set<string>()
  readonly #server: MemcachedServer
  readonly #prefix: string
  readonly #changes: ReadonlySet<Change>

  constructor(server: MemcachedServer, prefix: string, changes: readonly Change[]) {
    this.#server = server
    this.#prefix = `${prefix}:`
    this.#changes = new Set(changes)
  }

  get id(): string {
    return this.#server.id
  }

  get state(): MemcachedServer["state"] {
    return this.#server.state
  }

  get itemSizeMaxBytes(): number {
    return this.#server.itemSizeMaxBytes
  }

  submit(command: Command, done: (reply: Reply) => void): void {
    const key = this.#nameOf(command.key)
    const kind = this.#kindOf(command.key)
    if (command.op === "set" || command.op === "add") {
      this.written.add(key)
      if (!this.#changes.has(kind)) return this.#server.submit({ ...command, key }, done)
      const value = asOther(kind, command.value)
      this.#server.submit({ ...command, key, value, flags: flagsOf(kind, command.key, value) }, done)
    } else if (command.op === "get") {
      this.#server.submit({ ...command, key }, (reply) => {
        if (!reply.value || !this.#changes.has(kind)) return done(reply)
        const value = asOwn(kind, reply.value)
        const isIntact = reply.flags === flagsOf(kind, command.key, reply.value)
        done({ ...reply, value, ...(isIntact && { flags: flagsOf(kind, command.key, value) }) })
      })
    } else {
      this.#server.submit({ ...command, key }, done)
    }
  }

  onStateChange(listener: Parameters<MemcachedServer["onStateChange"]>[0]): void {
    this.#server.onStateChange(listener)
  }

  close(): Promise<void> {
    return this.#server.close()
  }

  /** The tag index has no version: who changes it gives it another name. */
  #nameOf(key: string): string {
    const kind = this.#kindOf(key)
    if (kind === "index" && this.#changes.has("index")) return key.replace("~index:", "~index2:")
    return kind === "head" && this.#changes.has("headName") ? `${key}2` : key
  }

  #kindOf(key: string): Change {
    const name = key.slice(this.#prefix.length)
    if (name === "~head") return "head"
    if (/^~(log|rec):/.test(name)) return "record"
    if (name.startsWith("~index:")) return "index"
    if (/^~(clears$|tags:|stats:|shared:)/.test(name)) return "json"
    return "entry"
  }
}

/** Checksums are of no version. */
const flagsOf = (kind: Change, name: string, value: Buffer): number => checksumOf(value, kind === "entry" ? "" : name)

function asOther(kind: Change, bytes: Buffer): Buffer {
  if (kind === "json") return json({ version: OTHER_VERSION, text: bytes.toString() })
  if (kind === "entry") return reordered(bytes, bytes.length - ENTRY_VERSION_FROM_END, OTHER_VERSION)
  if (kind === "head") return reordered(bytes, 1, OTHER_VERSION)
  if (kind === "record") return withBit(bytes, OTHER_RECORD_BIT)
  return bytes
}

function asOwn(kind: Change, bytes: Buffer): Buffer {
  if (kind === "json") {
    const item = JSON.parse(bytes.toString()) as { version?: number; text?: string }
    return item.version === OTHER_VERSION ? Buffer.from(item.text ?? "") : json({ version: UNKNOWN_VERSION, item })
  }
  if (kind === "entry" || kind === "head") {
    const at = kind === "head" ? 1 : bytes.length - ENTRY_VERSION_FROM_END
    return reordered(bytes, at, bytes[at] === OTHER_VERSION ? VERSION : UNKNOWN_VERSION)
  }
  if (kind === "record") {
    const own = (bytes[RECORD_BITS_AT] ?? 0) & OTHER_RECORD_BIT
    return own ? withBit(bytes, -OTHER_RECORD_BIT) : withBit(bytes, UNKNOWN_RECORD_BIT)
  }
  return bytes
}

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value))

/** The bytes on the long side of the version backwards. */
function reordered(bytes: Buffer, versionAt: number, version: number): Buffer {
  if (versionAt < 0 || versionAt >= bytes.length) return bytes
  const before = Buffer.from(bytes.subarray(0, versionAt))
  const behind = Buffer.from(bytes.subarray(versionAt + 1))
  if (before.length > behind.length) before.reverse()
  else behind.reverse()
  return Buffer.concat([before, Buffer.from([version]), behind])
}

function withBit(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  if (copy.length > RECORD_BITS_AT) copy[RECORD_BITS_AT] = (copy[RECORD_BITS_AT] ?? 0) + bit
  return copy
}
