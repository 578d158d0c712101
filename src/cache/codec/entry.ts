import type { Hash } from "../support/hash"
import type { Runtime } from "../support/runtime"
import { readUint48, UINT48_BYTES, writeUint48 } from "../support/uint48"
import type { AlgorithmName } from "./algorithm"

/**
 * The layout of an entry in Memcached:
 *
 *     payload | names of the tags | hashes of key and tags | footer
 *
 * The payload comes first, so that `get medusa:my-key` in a Memcached shell shows the JSON of a small entry. The footer
 * has a fixed size, so a lookup finds it from the end. The hashes decide whether the entry is valid. The names are for
 * people. Those of JSON that is compressed are compressed together with it, which makes them a third of the size, since they
 * repeat its ids.
 */
export interface EntryHeader {
  /** The log that the read version belongs to. */
  readonly epoch: number
  /** The log version that was known before the data was read from the source. */
  readonly version: number
  /** False when only explicit clears count. */
  readonly autoInvalidate: boolean
  /** A Unix time in milliseconds by the clock of the process that stored the entry; 0 for never. */
  readonly expiresAtMs: number
  readonly storedAtMs: number
  /** The time to compute the data, in microseconds; 0 when unknown. */
  readonly costMicros: number
  /**
   * Whether the payload is an answer for clients, whose bytes are handed on as they are. Otherwise it is JSON in ASCII.
   * @default false
   */
  readonly isAnswer?: boolean
  /**
   * Whether it may be older than a clear, and so must not be served after its expiry, even if Memcached still has it: a set
   * that was carried out late expires late. @default false
   */
  readonly isBrief?: boolean
}

/** A part of an entry, as stored: the payload with the names at its end if it is compressed, or one of the two. */
export interface Section {
  readonly bytes: Buffer
  /** The size before compression. */
  readonly rawBytes: number
  /** How it is compressed. Undefined if it is not. */
  readonly algorithm: AlgorithmName | undefined
}

/** Returns the section of bytes that are not compressed. */
export const plainSection = (bytes: Buffer): Section => ({
  bytes,
  rawBytes: bytes.length,
  algorithm: undefined,
})

export const EMPTY_SECTION = plainSection(Buffer.alloc(0))

/** Returns the section of names that are at the end of the payload, where they have so many bytes. */
export const namesWithin = (rawBytes: number): Section => ({ ...EMPTY_SECTION, rawBytes })

/**
 * The size limit of the names, which are for display only. Those of 1,000 tags take 50 KB. Longer lists are neither
 * stored nor read.
 */
export const MAX_NAMES_BYTES = 512 * 1024

const MAGIC = 0x4d43
const FORMAT = 1

const BIT_PAYLOAD_COMPRESSED = 1
const BIT_NAMES_COMPRESSED = 2
const BIT_AUTO_INVALIDATE = 4
const BIT_ANSWER = 8
const BIT_BRIEF = 16
/** What is compressed is so with Zstandard. Otherwise with Brotli. */
const BIT_ZSTD = 32

/**
 * epoch, version, expiry, storage time (6 each); cost, payload raw, payload, names raw, names, hashes (4 each); bits,
 * format, magic.
 */
const FOOTER_BYTES = 4 * UINT48_BYTES + 6 * 4 + 1 + 1 + 2

export function encodeEntry(header: EntryHeader, payload: Section, names: Section, hashes: readonly Hash[]): Buffer {
  const size = payload.bytes.length + names.bytes.length + hashes.length * UINT48_BYTES + FOOTER_BYTES
  const bytes = Buffer.allocUnsafe(size)
  let at = payload.bytes.copy(bytes, 0)
  at += names.bytes.copy(bytes, at)
  for (const hash of hashes) at = writeUint48(bytes, hash, at)
  at = writeUint48(bytes, header.epoch, at)
  at = writeUint48(bytes, header.version, at)
  at = writeUint48(bytes, header.expiresAtMs, at)
  at = writeUint48(bytes, header.storedAtMs, at)
  at = bytes.writeUInt32BE(Math.min(header.costMicros, 0xffff_ffff), at)
  at = bytes.writeUInt32BE(payload.rawBytes, at)
  at = bytes.writeUInt32BE(payload.bytes.length, at)
  at = bytes.writeUInt32BE(names.rawBytes, at)
  at = bytes.writeUInt32BE(names.bytes.length, at)
  at = bytes.writeUInt32BE(hashes.length, at)
  at = bytes.writeUInt8(
    (payload.algorithm ? BIT_PAYLOAD_COMPRESSED : 0) |
      (names.algorithm ? BIT_NAMES_COMPRESSED : 0) |
      ((payload.algorithm ?? names.algorithm) === "zstd" ? BIT_ZSTD : 0) |
      (header.autoInvalidate ? BIT_AUTO_INVALIDATE : 0) |
      (header.isAnswer ? BIT_ANSWER : 0) |
      (header.isBrief ? BIT_BRIEF : 0),
    at
  )
  at = bytes.writeUInt8(FORMAT, at)
  bytes.writeUInt16BE(MAGIC, at)
  return bytes
}

/** A decoded entry: a view of the server's bytes, valid as long as they are. */
export class Entry implements EntryHeader {
  readonly epoch: number
  readonly version: number
  readonly autoInvalidate: boolean
  readonly isAnswer: boolean
  readonly isBrief: boolean
  readonly expiresAtMs: number
  readonly storedAtMs: number
  readonly costMicros: number
  /** The size of the payload as stored, with the names if it is compressed. */
  readonly payloadBytes: number
  /** The size of the data before compression. */
  readonly rawBytes: number
  readonly isCompressed: boolean
  /** The size of the names before compression. */
  readonly namesBytes: number
  readonly hasPayload: boolean
  /** The number of hashes of key and tags. The key's comes first. */
  readonly hashCount: number
  readonly #bytes: Buffer
  readonly #hashesAt: number
  readonly #bits: number
  readonly #unfoldedNames: Buffer | undefined

  private constructor(
    bytes: Buffer,
    footer: number,
    hashesAt: number,
    payloadBytes: number,
    hasPayload = true,
    unfoldedNames?: Buffer
  ) {
    const bits = bytes.readUInt8(bytes.length - 4)
    this.#bytes = bytes
    this.#hashesAt = hashesAt
    this.epoch = readUint48(bytes, footer)
    this.version = readUint48(bytes, footer + 6)
    this.expiresAtMs = readUint48(bytes, footer + 12)
    this.storedAtMs = readUint48(bytes, footer + 18)
    this.costMicros = bytes.readUInt32BE(footer + 24)
    this.hashCount = bytes.readUInt32BE(footer + 44)
    this.autoInvalidate = (bits & BIT_AUTO_INVALIDATE) !== 0
    this.isAnswer = (bits & BIT_ANSWER) !== 0
    this.isBrief = (bits & BIT_BRIEF) !== 0
    this.payloadBytes = payloadBytes
    this.isCompressed = (bits & BIT_PAYLOAD_COMPRESSED) !== 0
    this.namesBytes = bytes.readUInt32BE(footer + 36)
    // The body of an answer was compressed by whoever made it.
    const rawBytes = this.isCompressed || this.isAnswer ? bytes.readUInt32BE(footer + 28) : payloadBytes
    this.rawBytes = this.isCompressed ? rawBytes - this.namesBytes : rawBytes
    this.#bits = bits
    this.hasPayload = hasPayload
    this.#unfoldedNames = unfoldedNames
  }

  /** The payload, with the names if it is compressed. Made on demand: a buffer costs as much as decoding the rest. */
  get payload(): Section {
    this.#requirePayload()
    const bytes = this.#bytes.subarray(0, this.payloadBytes)
    const rawBytes = this.isCompressed ? this.rawBytes + this.namesBytes : this.rawBytes
    return { bytes, rawBytes, algorithm: this.isCompressed ? this.#algorithm : undefined }
  }

  /** The payload as text, if it is JSON that is not compressed. */
  get plainText(): string {
    this.#requirePayload()
    return this.#bytes.toString("latin1", 0, this.payloadBytes)
  }

  /** The names, made on demand: no lookup needs them. Undefined when they are part of the payload. */
  get names(): Section | undefined {
    const rawBytes = this.namesBytes
    if (this.#unfoldedNames) return { bytes: this.#unfoldedNames, rawBytes, algorithm: undefined }
    if (this.isCompressed) return undefined
    const size = this.#bytes.readUInt32BE(this.#bytes.length - FOOTER_BYTES + 40)
    const bytes = this.#bytes.subarray(this.#hashesAt - size, this.#hashesAt)
    return { bytes, rawBytes, algorithm: (this.#bits & BIT_NAMES_COMPRESSED) !== 0 ? this.#algorithm : undefined }
  }

  get #algorithm(): AlgorithmName {
    return (this.#bits & BIT_ZSTD) !== 0 ? "zstd" : "brotli"
  }

  /** Returns undefined for bytes that are no entry, or one of another format. Both count as absent. */
  static decode(bytes: Buffer): Entry | undefined {
    const footer = bytes.length - FOOTER_BYTES
    if (footer < 0) return undefined
    if (bytes.readUInt16BE(bytes.length - 2) !== MAGIC || bytes[bytes.length - 3] !== FORMAT) return undefined
    const payloadSize = bytes.readUInt32BE(footer + 32)
    const namesSize = bytes.readUInt32BE(footer + 40)
    const hashesAt = payloadSize + namesSize
    if (hashesAt + bytes.readUInt32BE(footer + 44) * UINT48_BYTES !== footer) return undefined
    const entry = new Entry(bytes, footer, hashesAt, payloadSize)
    if (!entry.isCompressed) return entry
    const areNamesWithin = namesSize === 0 && entry.namesBytes <= MAX_NAMES_BYTES && entry.rawBytes >= 0
    return areNamesWithin ? entry : undefined
  }

  /** The size of the item in Memcached, in bytes. */
  get storedBytes(): number {
    return this.#bytes.length + (this.hasPayload ? 0 : this.payloadBytes)
  }

  /** The size of everything that it has in memory, in bytes. */
  get bytes(): number {
    return this.#bytes.length + (this.#unfoldedNames?.length ?? 0)
  }

  /** Returns the same entry with bytes of its own. */
  copy(): Entry {
    return this.#copyFrom(0, this.hasPayload)
  }

  /**
   * Returns the same entry with bytes of its own and without its payload, which throws an error when it is read. Names that
   * are part of the payload are lost with it, unless they are at hand.
   */
  withoutPayload(): Entry {
    return this.#copyFrom(this.hasPayload ? this.payloadBytes : 0, false)
  }

  /** Returns the same entry, in the same bytes, with the names at hand that were found at the end of its payload. */
  withNames(names: Buffer): Entry {
    const footer = this.#bytes.length - FOOTER_BYTES
    return new Entry(this.#bytes, footer, this.#hashesAt, this.payloadBytes, this.hasPayload, names)
  }

  #copyFrom(from: number, hasPayload: boolean): Entry {
    const bytes = copyOf(this.#bytes.subarray(from))
    const names = this.#unfoldedNames && copyOf(this.#unfoldedNames)
    const footer = bytes.length - FOOTER_BYTES
    return new Entry(bytes, footer, this.#hashesAt - from, this.payloadBytes, hasPayload, names)
  }

  #requirePayload(): void {
    if (!this.hasPayload) throw new TypeError("the payload of this entry is kept elsewhere")
  }

  hashAt(index: number): Hash {
    return readUint48(this.#bytes, this.#hashesAt + index * UINT48_BYTES)
  }

  /** Whether it must not be served any more, although Memcached still has it. */
  isOverdue(runtime: Pick<Runtime, "now">): boolean {
    return this.isBrief && this.expiresAtMs <= runtime.now()
  }

  /** Copies the hashes of the tags, 6 bytes each. */
  copyOfTagHashes(): Buffer {
    const from = this.#hashesAt + UINT48_BYTES
    return copyOf(this.#bytes.subarray(from, from + Math.max(0, this.hashCount - 1) * UINT48_BYTES))
  }

  /** Returns whether all, or any, of these tags are among the entry's own. Its key does not count. */
  carries(hashes: ReadonlySet<Hash>, match: "all" | "any"): boolean {
    const own = new Set<Hash>()
    for (let i = 1; i < this.hashCount; i++) own.add(this.hashAt(i))
    const isOwn = (hash: Hash): boolean => own.has(hash)
    return match === "all" ? [...hashes].every(isOwn) : [...hashes].some(isOwn)
  }
}

/** Copies bytes, but not into Buffer's pool, of which a small copy would keep a whole page. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}
