import { readUint48, UINT48_BYTES, UINT48_MAX, writeUint48 } from "../support/uint48"
import { type LogRecord, readRecord, recordSize, writeRecord } from "./record"
import type { LogVersion } from "./tag-versions"

/**
 * The item that decides what is valid on its server. It has the log's epoch, its version (how many clears it has seen)
 * and the newest records. It is changed only by compare-and-swap, and never expires.
 */
export interface Head {
  /**
   * A random number, new each time that the head is created. Entries and records of another epoch mean nothing. 0 in a
   * head that is unborn: nothing can be read at it.
   */
  readonly epoch: number
  readonly version: number
  /** The other servers of the cache, as far as this one has been told. */
  readonly members: readonly Member[]
  /** Clears that this log has and others may not have yet, oldest first. */
  readonly open: readonly OpenClear[]
  /** The newest records, oldest first. The last one has `version`. */
  readonly tail: readonly LogRecord[]
}

/** A record that may not be in the logs of all servers. */
export interface OpenClear {
  readonly version: number
  /** The record's id. */
  readonly id: number
}

/** Another server, as a head lists it. */
export interface Member {
  /** `host:port`. */
  readonly name: string
  /**
   * Not 0 when a clear that is in this log may not be in the member's, so that nothing on the member can be trusted. A
   * random number, new with each such clear. The upper half of the numbers is for members that are being forgotten.
   */
  readonly mark: number
}

export const UNBORN_EPOCH = 0

/** A log that reaches this version is replaced by a new one. At a million clears a second that takes four years. */
export const MAX_VERSION = (UINT48_MAX - 1) / 2

/** Eight records of eight hashes take 519 bytes. */
export const MAX_HEAD_BYTES = 16 * 1024

const MAGIC = 0xc1
const FORMAT = 1
/** Magic, format, epoch and version, and the numbers of members, of open clears and of records. */
const FIXED_BYTES = 1 + 1 + 2 * UINT48_BYTES + 1 + 1 + 1
const OPEN_BYTES = 2 * UINT48_BYTES

/** More clears than are under way at once. */
export const MAX_OPEN = 255

/** More servers than any cache has. */
const MAX_MEMBERS = 64
const MAX_NAME_BYTES = 255

/**
 * Returns the version that a load may count on which begins when this head is read. A clear that is open may not have
 * reached the other servers, so what the load takes from there may be older than it.
 */
export const readVersionOf = ({ epoch, version, open }: Head): LogVersion => {
  const [first] = open
  return { epoch, version: first ? first.version - 1 : version }
}

/** Whether a clear is open in a head. */
export const hasOpen = ({ open }: Head, id: number): boolean => open.some((clear) => clear.id === id)

/** Returns what is different in a head once a clear is closed. Undefined when it is not open there. */
export const withoutOpen = (head: Head, id: number): Pick<Head, "open"> | undefined =>
  hasOpen(head, id) ? { open: head.open.filter((clear) => clear.id !== id) } : undefined

export const firstInline = (head: Head): number => head.version - head.tail.length + 1

export function encodeHead({ epoch, version, members, open, tail }: Head): Buffer {
  const listed = members.slice(0, MAX_MEMBERS).map(({ name, mark }) => ({ name: Buffer.from(name, "latin1"), mark }))
  const membersBytes = listed.reduce((sum, { name }) => sum + 1 + name.length + UINT48_BYTES, 0)
  const recordsBytes = tail.reduce((sum, record) => sum + recordSize(record), 0)
  const bytes = Buffer.allocUnsafe(FIXED_BYTES + membersBytes + open.length * OPEN_BYTES + recordsBytes)
  let at = bytes.writeUInt8(MAGIC, 0)
  at = bytes.writeUInt8(FORMAT, at)
  at = writeUint48(bytes, epoch, at)
  at = writeUint48(bytes, version, at)
  at = bytes.writeUInt8(listed.length, at)
  at = bytes.writeUInt8(open.length, at)
  at = bytes.writeUInt8(tail.length, at)
  for (const { name, mark } of listed) {
    at = bytes.writeUInt8(Math.min(name.length, MAX_NAME_BYTES), at)
    at += name.copy(bytes, at, 0, MAX_NAME_BYTES)
    at = writeUint48(bytes, mark, at)
  }
  for (const { version: openVersion, id } of open) {
    at = writeUint48(bytes, openVersion, at)
    at = writeUint48(bytes, id, at)
  }
  for (const record of tail) at = writeRecord(bytes, record, at)
  return bytes
}

/** Returns undefined for bytes that are not a head. */
export function decodeHead(bytes: Buffer): Head | undefined {
  if (bytes.length < FIXED_BYTES || bytes.length > MAX_HEAD_BYTES) return undefined
  if (bytes[0] !== MAGIC || bytes[1] !== FORMAT) return undefined
  const epoch = readUint48(bytes, 2)
  const version = readUint48(bytes, 2 + UINT48_BYTES)
  const memberCount = bytes.readUInt8(FIXED_BYTES - 3)
  const openCount = bytes.readUInt8(FIXED_BYTES - 2)
  const recordCount = bytes.readUInt8(FIXED_BYTES - 1)
  if (recordCount > version || version > MAX_VERSION || memberCount > MAX_MEMBERS) return undefined
  const members: Member[] = []
  let at = FIXED_BYTES
  for (let i = 0; i < memberCount; i++) {
    const end = at + 1 + (bytes[at] ?? 0)
    if (end + UINT48_BYTES > bytes.length) return undefined
    members.push({ name: bytes.toString("latin1", at + 1, end), mark: readUint48(bytes, end) })
    at = end + UINT48_BYTES
  }
  if (at + openCount * OPEN_BYTES > bytes.length) return undefined
  const open: OpenClear[] = []
  for (let i = 0; i < openCount; i++, at += OPEN_BYTES) {
    open.push({ version: readUint48(bytes, at), id: readUint48(bytes, at + UINT48_BYTES) })
  }
  const tail: LogRecord[] = []
  for (let i = 0; i < recordCount; i++) {
    const read = readRecord(bytes, at)
    if (!read) return undefined
    tail.push(read.record)
    at = read.end
  }
  return at === bytes.length ? { epoch, version, members, open, tail } : undefined
}
