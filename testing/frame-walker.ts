const HEADER_BYTES = 24

/** What a header says (protocol_binary.txt, "Packet Structure"), and the key behind it. */
export interface Frame {
  readonly opcode: number
  /** Of a response. In a request these two bytes are another field. */
  readonly status: number
  /** Sent by the client with a request, and back by the server with its response. */
  readonly opaque: number
  readonly key: string
}

/**
 * Follows one direction of one connection of the binary protocol by walking from header to header, without holding on to
 * what it reads, but for the key. Gives up at the first byte that is no header, so that it does no harm to text or TLS.
 */
export class FrameWalker {
  readonly #magic: number
  readonly #onFrame: (frame: Frame) => void
  #header = Buffer.alloc(0)
  #bodyLeft = 0
  /** Extras and key of the frame under way, until they are complete. */
  #prefix = Buffer.alloc(0)
  #prefixLeft = 0
  #lost = false

  /** `magic` is 0x80 for requests and 0x81 for responses. */
  constructor(magic: number, onFrame: (frame: Frame) => void = () => undefined) {
    this.#magic = magic
    this.#onFrame = onFrame
  }

  /** Is the next byte the first one of a frame? */
  get isBetweenFrames(): boolean {
    return this.#lost || (this.#bodyLeft === 0 && this.#header.length === 0)
  }

  push(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0 && !this.#lost) {
      rest = this.#bodyLeft > 0 ? this.#skipBody(rest) : this.#takeHeader(rest)
    }
  }

  #skipBody(rest: Buffer): Buffer {
    const skipped = Math.min(this.#bodyLeft, rest.length)
    if (this.#prefixLeft > 0) {
      const piece = rest.subarray(0, Math.min(this.#prefixLeft, skipped))
      this.#prefix = Buffer.concat([this.#prefix, piece])
      this.#prefixLeft -= piece.length
      if (this.#prefixLeft === 0) this.#announce()
    }
    this.#bodyLeft -= skipped
    if (this.#bodyLeft === 0) this.#header = Buffer.alloc(0)
    return rest.subarray(skipped)
  }

  #takeHeader(rest: Buffer): Buffer {
    const taken = Math.min(HEADER_BYTES - this.#header.length, rest.length)
    this.#header = Buffer.concat([this.#header, rest.subarray(0, taken)])
    this.#lost = this.#header[0] !== this.#magic
    if (this.#header.length === HEADER_BYTES && !this.#lost) {
      this.#bodyLeft = this.#header.readUInt32BE(8)
      this.#prefix = Buffer.alloc(0)
      this.#prefixLeft = this.#header.readUInt8(4) + this.#header.readUInt16BE(2)
      if (this.#prefixLeft === 0) this.#announce()
      if (this.#bodyLeft === 0) this.#header = Buffer.alloc(0)
    }
    return rest.subarray(taken)
  }

  #announce(): void {
    this.#onFrame({
      opcode: this.#header.readUInt8(1),
      status: this.#header.readUInt16BE(6),
      opaque: this.#header.readUInt32BE(12),
      key: this.#prefix.toString("utf8", this.#header.readUInt8(4)),
    })
  }
}
