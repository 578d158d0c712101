import { ArrivingBytes } from "./arriving-bytes"
import { MAX_TEXT_BYTES } from "./protocol"
import { MetaFrame } from "./meta-frame"
import type { ResponseHandler } from "./response-parser"

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
  /** The size of the value that comes next, with the line end behind it. 0: a line comes next. */
  #valueBytes = 0
  /** A value that arrives in pieces. */
  #value: ArrivingBytes | undefined
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
      else if (this.#valueBytes > 0) offset += this.#takeValue(chunk, offset, end)
      else offset += this.#takeLine(chunk, offset, end)
    }
  }

  #takeLine(chunk: Buffer, offset: number, end: number): number {
    // Anything else may never end a line: a TLS alert, for example.
    if (this.#lineFilled === 0 && !isCapital(chunk[offset])) return this.#stop(chunk.subarray(offset, end))
    const lineFeed = chunk.indexOf(LF, offset)
    const isComplete = lineFeed !== -1 && lineFeed < end
    const size = (isComplete ? lineFeed + 1 : end) - offset
    if (this.#lineFilled + size > this.#line.length) return this.#stop(chunk.subarray(offset, end))
    if (isComplete && this.#lineFilled === 0) {
      this.#readLine(chunk, offset, lineFeed)
      return size
    }
    this.#lineFilled += chunk.copy(this.#line, this.#lineFilled, offset, offset + size)
    if (isComplete) {
      const length = this.#lineFilled
      this.#lineFilled = 0
      this.#readLine(this.#line, 0, length - 1)
    }
    return size
  }

  #readLine(buffer: Buffer, start: number, lineFeed: number): void {
    const frame = this.#frame
    if (lineFeed === start || buffer[lineFeed - 1] !== CR || !frame.read(buffer, start, lineFeed - 1)) {
      this.#stop(buffer.subarray(start, lineFeed + 1))
      return
    }
    const admission = this.#handler.onHeader(frame)
    if (admission === "refused") this.#stopped = true
    else if (!frame.hasValue) this.#respond()
    else if (admission === "header") this.#passOver(frame)
    else this.#valueBytes = frame.bodyBytes + LINE_END_BYTES
  }

  /** Drops the value as it arrives. Its flags are its checksum, so they belong to nothing then. */
  #passOver(frame: MetaFrame): void {
    frame.flags = 0
    this.#unwantedBytes = frame.bodyBytes + LINE_END_BYTES
  }

  #takeValue(chunk: Buffer, offset: number, end: number): number {
    const valueBytes = this.#valueBytes
    if (offset + valueBytes <= end) {
      this.#finish(chunk, offset)
      return valueBytes
    }
    this.#value = new ArrivingBytes(valueBytes)
    return this.#continueValue(this.#value, chunk, offset, end)
  }

  #continueValue(value: ArrivingBytes, chunk: Buffer, offset: number, end: number): number {
    const copied = value.take(chunk, offset, end)
    if (value.whole) {
      this.#value = undefined
      this.#finish(value.whole, 0)
    }
    return copied
  }

  #finish(buffer: Buffer, from: number): void {
    const end = from + this.#valueBytes
    this.#valueBytes = 0
    if (buffer[end - 2] !== CR || buffer[end - 1] !== LF) {
      this.#stop(buffer.subarray(end - LINE_END_BYTES, end))
      return
    }
    this.#frame.value = buffer.subarray(from, end - LINE_END_BYTES)
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
