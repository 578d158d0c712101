import type { Hash } from "../support/hash"
import { readUint48, UINT48_BYTES, writeUint48 } from "../support/uint48"

/** Targets that are cleared together. */
export interface ClearTargets {
  /** Whether everything stored before is cleared (`*`). */
  readonly everything: boolean
  /** Hashes of tags and keys that somebody asked to clear. They void every entry that carries them. */
  readonly explicit: readonly Hash[]
  /** Hashes of tags that an event cleared. They spare entries stored with `autoInvalidate: false`. */
  readonly automatic: readonly Hash[]
}

/** One step of the log. */
export interface ClearRecord extends ClearTargets {
  /** A random id. A writer whose answer was lost can tell by it whether its swap was carried out. */
  readonly id: number
}

/** A record whose hashes are in an item of their own, because they would make every read of the head larger. */
export interface RecordReference {
  readonly id: number
  readonly byReference: true
}

export type LogRecord = ClearRecord | RecordReference

export const isReference = (record: LogRecord): record is RecordReference => "byReference" in record

/** The limit of readers, which no writer exceeds. 50,000 hashes take 300 KB, well below the item limit of 1 MiB. */
export const MAX_RECORD_HASHES = 50_000

const BIT_EVERYTHING = 1
const BIT_REFERENCE = 2
/** Any other bit means another format, and what such a record clears is unknown. */
const UNKNOWN_BITS = 0xff & ~(BIT_EVERYTHING | BIT_REFERENCE)

const PREFIX_BYTES = UINT48_BYTES + 1
const COUNTS_BYTES = 4 + 4

export const MAX_RECORD_BYTES = PREFIX_BYTES + COUNTS_BYTES + MAX_RECORD_HASHES * UINT48_BYTES

export function recordSize(record: LogRecord): number {
  if (isReference(record)) return PREFIX_BYTES
  return PREFIX_BYTES + COUNTS_BYTES + (record.explicit.length + record.automatic.length) * UINT48_BYTES
}

/** Writes a record and returns the offset behind it. */
export function writeRecord(bytes: Buffer, record: LogRecord, offset: number): number {
  let at = writeUint48(bytes, record.id, offset)
  if (isReference(record)) return bytes.writeUInt8(BIT_REFERENCE, at)
  at = bytes.writeUInt8(record.everything ? BIT_EVERYTHING : 0, at)
  at = bytes.writeUInt32BE(record.explicit.length, at)
  at = bytes.writeUInt32BE(record.automatic.length, at)
  for (const hash of record.explicit) at = writeUint48(bytes, hash, at)
  for (const hash of record.automatic) at = writeUint48(bytes, hash, at)
  return at
}

export function encodeRecord(record: LogRecord): Buffer {
  const bytes = Buffer.allocUnsafe(recordSize(record))
  writeRecord(bytes, record, 0)
  return bytes
}

/**
 * Returns undefined for bytes that are no record, or one of another format. Readers treat it as missing, which raises
 * their horizon.
 */
export function readRecord(bytes: Buffer, offset: number): { record: LogRecord; end: number } | undefined {
  if (offset + PREFIX_BYTES > bytes.length) return undefined
  const id = readUint48(bytes, offset)
  const bits = bytes.readUInt8(offset + UINT48_BYTES)
  if ((bits & UNKNOWN_BITS) !== 0) return undefined
  let at = offset + PREFIX_BYTES
  if ((bits & BIT_REFERENCE) !== 0) return { record: { id, byReference: true }, end: at }
  if (at + COUNTS_BYTES > bytes.length) return undefined
  const explicitCount = bytes.readUInt32BE(at)
  const automaticCount = bytes.readUInt32BE(at + 4)
  at += COUNTS_BYTES
  const end = at + (explicitCount + automaticCount) * UINT48_BYTES
  if (explicitCount + automaticCount > MAX_RECORD_HASHES || end > bytes.length) return undefined
  const read = (count: number): Hash[] => {
    const hashes: Hash[] = []
    for (let i = 0; i < count; i++, at += UINT48_BYTES) hashes.push(readUint48(bytes, at))
    return hashes
  }
  const explicit = read(explicitCount)
  const automatic = read(automaticCount)
  return { record: { id, everything: (bits & BIT_EVERYTHING) !== 0, explicit, automatic }, end }
}

export function decodeRecord(bytes: Buffer): LogRecord | undefined {
  const read = readRecord(bytes, 0)
  return read?.end === bytes.length ? read.record : undefined
}
