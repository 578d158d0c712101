import { readUint48, UINT48_BYTES, UINT48_MAX, writeUint48 } from "../uint48"
import { type LogRecord, readRecord, recordSize, writeRecord } from "./record"

/**
 * The one item that decides what is valid. It has the log's epoch, its version (how many clears it has seen) and the
 * newest records. It is changed only by compare-and-swap, and never expires.
 */
export interface Head {
  /** A random number, new each time that the head is created. Entries and records of another epoch mean nothing. */
  readonly epoch: number
  readonly version: number
  /** The newest records, oldest first. The last one has `version`. */
  readonly tail: readonly LogRecord[]
}

/** A log that reaches this version is replaced by a new one. At a million clears a second that takes four years. */
export const MAX_VERSION = (UINT48_MAX - 1) / 2

/** Eight records of eight hashes take 519 bytes. */
export const MAX_HEAD_BYTES = 16 * 1024

const MAGIC = 0xc1
const FORMAT = 1
const FIXED_BYTES = 1 + 1 + 2 * UINT48_BYTES + 1

export const firstInline = (head: Head): number => head.version - head.tail.length + 1

export function encodeHead(head: Head): Buffer {
  const size = head.tail.reduce((sum, record) => sum + recordSize(record), FIXED_BYTES)
  const bytes = Buffer.allocUnsafe(size)
  let at = bytes.writeUInt8(MAGIC, 0)
  at = bytes.writeUInt8(FORMAT, at)
  at = writeUint48(bytes, head.epoch, at)
  at = writeUint48(bytes, head.version, at)
  at = bytes.writeUInt8(head.tail.length, at)
  for (const record of head.tail) at = writeRecord(bytes, record, at)
  return bytes
}

/** Returns undefined for bytes that are not a head. */
export function decodeHead(bytes: Buffer): Head | undefined {
  if (bytes.length < FIXED_BYTES || bytes.length > MAX_HEAD_BYTES) return undefined
  if (bytes[0] !== MAGIC || bytes[1] !== FORMAT) return undefined
  const epoch = readUint48(bytes, 2)
  const version = readUint48(bytes, 2 + UINT48_BYTES)
  const count = bytes.readUInt8(FIXED_BYTES - 1)
  if (count > version || version > MAX_VERSION) return undefined
  const tail: LogRecord[] = []
  let at = FIXED_BYTES
  for (let i = 0; i < count; i++) {
    const read = readRecord(bytes, at)
    if (!read) return undefined
    tail.push(read.record)
    at = read.end
  }
  return at === bytes.length ? { epoch, version, tail } : undefined
}
