import { HEADER_BYTES, RESPONSE_MAGIC } from "./protocol"

/**
 * What becomes of a response, by its header. whole: it is kept until it is complete. header: the bytes of its body are dropped
 * as they come. refused: no server answers so.
 */
export type Admission = "whole" | "header" | "refused"

/** What the parser found. Answering false makes it stop for good: nothing behind a wrong response can be trusted. */
export interface ResponseHandler {
  /** Where a response should start there is something else. The parser has stopped. */
  onForeignBytes(bytes: Buffer): void
  /** The header is complete, the body need not be. Called before memory is set aside for the body; "refused" stops the parser. */
  onHeader(frame: ResponseFrame): Admission
  /** The response is complete. */
  onResponse(frame: ResponseFrame): boolean
}

/** Set aside for a response before any of it has arrived, in bytes: room for an item of memcached's default size. */
const EAGER_BYTES = 2 * 1024 * 1024

/**
 * Cuts the bytes of one connection into responses. It belongs to that connection and dies with it: a parser that outlives
 * its connection glues the first half of an old response to the beginning of a new one, and that is how memjs comes to
 * return one key's bytes for another.
 *
 * A response that lies within a chunk is handed on where it lies. One that does not gets a buffer of its own, once its
 * header says how large, into which each further chunk is copied: every byte is copied at most once (header: twice),
 * where appending chunk to chunk would copy a value of 1 MB nine times. Only a large one gets a buffer that grows with what has
 * arrived, since a header may promise what never comes.
 */
export class ResponseParser {
  readonly #handler: ResponseHandler
  readonly #frame = new ResponseFrame()
  /** A header that came in pieces. */
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #headerFilled = 0
  /** A response whose header is known and whose body is still coming. */
  #response: Buffer | undefined
  #responseFilled = 0
  /** Of the whole response; its buffer may be smaller still. */
  #responseBytes = 0
  /** Bytes of a body that nobody wants. */
  #unwantedBytes = 0
  #stopped = false

  constructor(handler: ResponseHandler) {
    this.#handler = handler
  }

  /** Takes the first `end` bytes of `chunk`, which may be overwritten afterwards. */
  push(chunk: Buffer, end = chunk.length): void {
    let offset = 0
    while (offset < end && !this.#stopped) {
      if (this.#unwantedBytes > 0) {
        offset += this.#dropBody(offset, end)
      } else if (this.#response !== undefined) {
        offset += this.#continueResponse(this.#response, chunk, offset, end)
      } else if (this.#headerFilled === 0 && chunk[offset] !== RESPONSE_MAGIC) {
        this.#stopped = true
        this.#handler.onForeignBytes(chunk.subarray(offset, end))
      } else if (this.#headerFilled > 0 || end - offset < HEADER_BYTES) {
        offset += this.#continueHeader(chunk, offset, end)
      } else {
        offset += this.#takeResponse(chunk, offset, end)
      }
    }
  }

  #takeResponse(chunk: Buffer, offset: number, end: number): number {
    const frame = this.#frame
    frame.read(chunk, offset)
    const admission = this.#handler.onHeader(frame)
    if (admission === "refused") {
      this.#stopped = true
      return 0
    }
    if (admission === "header") {
      if (chunk !== this.#header) chunk.copy(this.#header, 0, offset, offset + HEADER_BYTES)
      this.#unwantedBytes = frame.bodyBytes
      return HEADER_BYTES
    }
    const { sizeBytes } = frame
    if (offset + sizeBytes <= end) {
      this.#stopped = !this.#handler.onResponse(frame)
      return sizeBytes
    }
    this.#response = Buffer.allocUnsafe(Math.min(sizeBytes, EAGER_BYTES))
    this.#responseBytes = sizeBytes
    this.#responseFilled = chunk.copy(this.#response, 0, offset, end)
    return end - offset
  }

  /** The response is complete without its body: its value lies behind the end of the buffer, so it is empty. */
  #dropBody(offset: number, end: number): number {
    const dropped = Math.min(this.#unwantedBytes, end - offset)
    this.#unwantedBytes -= dropped
    if (this.#unwantedBytes === 0) {
      this.#frame.read(this.#header, 0)
      this.#stopped = !this.#handler.onResponse(this.#frame)
    }
    return dropped
  }

  #continueHeader(chunk: Buffer, offset: number, end: number): number {
    const header = this.#header
    const copied = chunk.copy(
      header,
      this.#headerFilled,
      offset,
      Math.min(end, offset + HEADER_BYTES - this.#headerFilled)
    )
    this.#headerFilled += copied
    if (this.#headerFilled === HEADER_BYTES) {
      this.#headerFilled = 0
      this.#takeResponse(header, 0, HEADER_BYTES)
    }
    return copied
  }

  #continueResponse(response: Buffer, chunk: Buffer, offset: number, end: number): number {
    const copied = chunk.copy(response, this.#responseFilled, offset, end)
    this.#responseFilled += copied
    if (this.#responseFilled === this.#responseBytes) {
      this.#response = undefined
      this.#frame.read(response, 0)
      this.#stopped = !this.#handler.onResponse(this.#frame)
    } else if (this.#responseFilled === response.length) {
      this.#response = Buffer.allocUnsafe(Math.min(this.#responseBytes, 2 * response.length))
      response.copy(this.#response)
    }
    return copied
  }
}

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
