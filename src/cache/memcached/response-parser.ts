import { type Response, Utils } from "memjs"
import { ArrivingBytes } from "./arriving-bytes"
import { HEADER_BYTES, RESPONSE_MAGIC, STATUS } from "./protocol"

/** Where the opaque is in a header. */
const OPAQUE_OFFSET = 12

/**
 * How to treat a response, decided by its header.
 * - whole: keep it until it is complete.
 * - header: drop the bytes of its body as they arrive.
 * - refused: no server answers so.
 */
export type Admission = "whole" | "header" | "refused"

/** What a response is expected to answer. */
export interface Expected {
  readonly opcode: number
  readonly opaque: number
  /** Whether a get asks for the state of an item and not for its value. @default false */
  readonly isWithoutValue?: boolean
}

/** A response in the terms of the binary protocol, whichever it came in. Valid until its callback returns. */
export interface ResponseView {
  readonly status: number
  /** Of the key, the extras and everything behind the header, in bytes. */
  readonly keyBytes: number
  readonly extrasBytes: number
  readonly bodyBytes: number
  readonly flags: number
  /** A view, not a copy. */
  readonly value: Buffer
  /**
   * "Data version check": names one state of the item. It comes in two halves, because a BigInt for each lookup is
   * expensive.
   */
  readonly casHigh: number
  readonly casLow: number
  isAnswerTo(expected: Expected): boolean
  /** Whether no further response follows to a request for statistics. */
  readonly isEnd: boolean
  /** Returns a copy as memjs has it, with the number of its request. */
  asMemjs(request: Expected): Response
}

/** Receives what the parser finds. */
export interface ResponseHandler {
  /** Called when something other than a response starts here. The parser has stopped. */
  onForeignBytes(bytes: Buffer): void
  /** Called when the header is complete, before memory is allocated for the body. "refused" stops the parser. */
  onHeader(frame: ResponseView): Admission
  /**
   * Called when the response is complete. Returning false stops the parser for good: nothing behind a wrong response
   * can be trusted.
   */
  onResponse(frame: ResponseView): boolean
}

/**
 * Cuts the bytes of one connection into responses. A parser belongs to its connection and dies with it. One that
 * outlived its connection would join the first half of an old response to the beginning of a new one. That is how memjs
 * returns one key's bytes for another.
 *
 * A response that lies within a chunk is handed on where it lies. Any other gets a buffer of its own once its header
 * gives the size.
 */
export class ResponseParser {
  readonly #handler: ResponseHandler
  readonly #frame = new ResponseFrame()
  /** A header that arrives in pieces. */
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #headerFilled = 0
  /** A response whose header is known and whose body is still arriving. */
  #response: ArrivingBytes | undefined
  /** The remaining bytes of a body that is dropped. */
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
    this.#response = new ArrivingBytes(sizeBytes)
    return this.#response.take(chunk, offset, end)
  }

  /**
   * Drops bytes of a body. At its end the response is complete with an empty value, because the value would lie behind
   * the end of the buffer.
   */
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

  #continueResponse(response: ArrivingBytes, chunk: Buffer, offset: number, end: number): number {
    const copied = response.take(chunk, offset, end)
    if (response.whole) {
      this.#response = undefined
      this.#frame.read(response.whole, 0)
      this.#stopped = !this.#handler.onResponse(this.#frame)
    }
    return copied
  }
}

/**
 * One response, where it lies in the buffer. Each connection has one instance, filled again for each response, so that
 * a lookup allocates nothing for its header. It is only valid until the callback that received it returns.
 */
export class ResponseFrame implements ResponseView {
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

  /** The value as a view, not a copy. */
  get value(): Buffer {
    const start = this.#offset + HEADER_BYTES + this.extrasBytes + this.keyBytes
    return this.#buffer.subarray(start, this.#offset + HEADER_BYTES + this.bodyBytes)
  }

  isAnswerTo({ opcode, opaque }: Expected): boolean {
    return opaque === this.opaque && opcode === this.opcode && this.bodyBytes >= this.keyBytes + this.extrasBytes
  }

  get isEnd(): boolean {
    return this.status !== STATUS.ok || this.bodyBytes === 0
  }

  asMemjs({ opaque }: Expected): Response {
    const copy = Buffer.from(this.#buffer.subarray(this.#offset, this.#offset + this.sizeBytes))
    copy.writeUInt32BE(opaque, OPAQUE_OFFSET)
    return Utils.parseMessage(copy)
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
