import { HEADER_BYTES } from "./protocol"

/**
 * One response, where it lies in the buffer. There is one instance per connection, filled anew for each response, so
 * that a lookup allocates nothing for its header; it is valid only until the callback that got it returns.
 */
export class ResponseFrame {
  opcode = 0
  status = 0
  opaque = 0
  keyBytes = 0
  extrasBytes = 0
  bodyBytes = 0

  #buffer: Buffer = Buffer.alloc(0)
  #offset = 0

  /** Reads the header that starts at `offset`. */
  read(buffer: Buffer, offset: number): void {
    this.#buffer = buffer
    this.#offset = offset
    this.opcode = byteAt(buffer, offset + 1)
    this.keyBytes = (byteAt(buffer, offset + 2) << 8) | byteAt(buffer, offset + 3)
    this.extrasBytes = byteAt(buffer, offset + 4)
    this.status = (byteAt(buffer, offset + 6) << 8) | byteAt(buffer, offset + 7)
    this.bodyBytes = uint32At(buffer, offset + 8)
    this.opaque = uint32At(buffer, offset + 12)
  }

  get sizeBytes(): number {
    return HEADER_BYTES + this.bodyBytes
  }

  /** "Data version check": names one state of the item. Two halves, because a BigInt for each lookup is expensive. */
  get casHigh(): number {
    return uint32At(this.#buffer, this.#offset + 16)
  }

  get casLow(): number {
    return uint32At(this.#buffer, this.#offset + 20)
  }

  /** The flags of a get: the first four bytes of its extras. */
  get flags(): number {
    return this.extrasBytes >= 4 ? uint32At(this.#buffer, this.#offset + HEADER_BYTES) : 0
  }

  /** Not a copy. */
  get value(): Buffer {
    const start = this.#offset + HEADER_BYTES + this.extrasBytes + this.keyBytes
    return this.#buffer.subarray(start, this.#offset + HEADER_BYTES + this.bodyBytes)
  }

  /** Header and body, as a copy that may be kept. */
  copy(): Buffer {
    return Buffer.from(this.#buffer.subarray(this.#offset, this.#offset + this.sizeBytes))
  }
}

function byteAt(buffer: Buffer, offset: number): number {
  return buffer[offset] ?? 0
}

function uint32At(buffer: Buffer, offset: number): number {
  return (
    ((byteAt(buffer, offset) << 24) |
      (byteAt(buffer, offset + 1) << 16) |
      (byteAt(buffer, offset + 2) << 8) |
      byteAt(buffer, offset + 3)) >>>
    0
  )
}
