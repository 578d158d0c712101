import { MAX_TEXT_BYTES } from "./protocol"
import { MetaFrame } from "./meta-frame"
import type { ResponseHandler } from "./response-parser"

/** The most that is allocated for a value before its bytes arrive, in bytes: an item of memcached's default size. */
const EAGER_BYTES = 2 * 1024 * 1024

/** "\r\n", at the end of a line and behind a value. */
const LINE_END_BYTES = 2
const LF = 0x0a
const CR = 0x0d

/** All answers begin with one. */
const isCapital = (byte = 0): boolean => byte >= 0x41 && byte <= 0x5a

/**
 * Cuts the bytes of one connection into responses of the meta and text protocols (protocol.txt). Like `ResponseParser`
 * it belongs to its connection and dies with it, and hands on what lies within a chunk where it lies.
 *
 * A value ends where its line has said, never where a line seems to end: it may have any byte in it.
 */
export class MetaParser {
  readonly #handler: ResponseHandler
  readonly #frame = new MetaFrame()
  /** A line that arrives in pieces. */
  readonly #line = Buffer.alloc(MAX_TEXT_BYTES)
  #lineFilled = 0
  /** A value that arrives in pieces, with the line end behind it. */
  #value: Buffer | undefined
  #valueFilled = 0
  #valueBytes = 0
  /** The remaining bytes of a value that is dropped. */
  #unwantedBytes = 0
  #stopped = false

  constructor(handler: ResponseHandler) {
    this.#handler = handler
  }

  /** Takes the first `end` bytes of `chunk`, which may be overwritten afterwards. */
  push(chunk: Buffer, end = chunk.length): void {
    let offset = 0
    while (offset < end && !this.#stopped) {
      if (this.#unwantedBytes > 0) offset += this.#dropValue(end - offset)
      else if (this.#value) offset += this.#continueValue(this.#value, chunk, offset, end)
      else offset += this.#takeLine(chunk, offset, end)
    }
  }

  #takeLine(chunk: Buffer, offset: number, end: number): number {
    // Anything else may never end a line: a TLS alert, for example.
    if (this.#lineFilled === 0 && !isCapital(chunk[offset])) return this.#stop(chunk.subarray(offset, end))
    const lineEnd = chunk.indexOf(LF, offset)
    const isComplete = lineEnd !== -1 && lineEnd < end
    const next = isComplete ? lineEnd + 1 : end
    if (isComplete && this.#lineFilled === 0) {
      return next - offset + this.#take(chunk, offset, lineEnd, { chunk, from: next, end })
    }
    if (this.#lineFilled + next - offset > this.#line.length) return this.#stop(chunk.subarray(offset, end))
    this.#lineFilled += chunk.copy(this.#line, this.#lineFilled, offset, next)
    if (!isComplete) return next - offset
    const length = this.#lineFilled
    this.#lineFilled = 0
    return next - offset + this.#take(this.#line, 0, length - 1, { chunk, from: next, end })
  }

  /** Takes a line, and of its value what has arrived. Returns the size of that. */
  #take(buffer: Buffer, start: number, lineFeed: number, rest: { chunk: Buffer; from: number; end: number }): number {
    const frame = this.#frame
    if (lineFeed === start || buffer[lineFeed - 1] !== CR || !frame.read(buffer, start, lineFeed - 1)) {
      return this.#stop(buffer.subarray(start, lineFeed + 1))
    }
    const admission = this.#handler.onHeader(frame)
    if (admission === "refused") {
      this.#stopped = true
      return 0
    }
    if (!frame.hasValue) {
      this.#respond()
      return 0
    }
    const { chunk, from, end } = rest
    this.#valueBytes = frame.bodyBytes + LINE_END_BYTES
    if (admission === "header") {
      this.#unwantedBytes = this.#valueBytes
      return 0
    }
    if (from + this.#valueBytes <= end) {
      this.#finish(chunk, from)
      return this.#valueBytes
    }
    this.#value = Buffer.allocUnsafe(Math.min(this.#valueBytes, EAGER_BYTES))
    this.#valueFilled = 0
    return from < end ? this.#continueValue(this.#value, chunk, from, end) : 0
  }

  #continueValue(value: Buffer, chunk: Buffer, offset: number, end: number): number {
    const copied = chunk.copy(value, this.#valueFilled, offset, end)
    this.#valueFilled += copied
    if (this.#valueFilled === this.#valueBytes) {
      this.#value = undefined
      this.#finish(value, 0)
    } else if (this.#valueFilled === value.length) {
      // It grows with what has arrived, since a line may promise what never comes.
      this.#value = Buffer.allocUnsafe(Math.min(this.#valueBytes, 2 * value.length))
      value.copy(this.#value)
    }
    return copied
  }

  #finish(buffer: Buffer, from: number): void {
    const end = from + this.#valueBytes
    if (buffer[end - 2] !== CR || buffer[end - 1] !== LF) {
      this.#stop(buffer.subarray(end - LINE_END_BYTES, end))
      return
    }
    this.#frame.setValue(buffer.subarray(from, end - LINE_END_BYTES))
    this.#respond()
  }

  #dropValue(arrivedBytes: number): number {
    const dropped = Math.min(this.#unwantedBytes, arrivedBytes)
    this.#unwantedBytes -= dropped
    if (this.#unwantedBytes === 0) this.#respond()
    return dropped
  }

  #respond(): void {
    this.#stopped = !this.#handler.onResponse(this.#frame)
  }

  #stop(bytes: Buffer): number {
    this.#stopped = true
    this.#handler.onForeignBytes(bytes)
    return 0
  }
}
