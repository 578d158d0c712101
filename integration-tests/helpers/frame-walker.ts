const HEADER_BYTES = 24

/**
 * Follows one direction of one connection of the binary protocol by walking from header to header, without holding on to
 * what it reads. Gives up at the first byte that is no header, so that it does no harm to text or TLS.
 */
export class FrameWalker {
  readonly #magic: number
  readonly #onFrame: (opcode: number) => void
  #header = Buffer.alloc(0)
  #bodyLeft = 0
  #lost = false

  /** `magic` is 0x80 for requests and 0x81 for responses. */
  constructor(magic: number, onFrame: (opcode: number) => void = () => undefined) {
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
      if (this.#bodyLeft > 0) {
        const skipped = Math.min(this.#bodyLeft, rest.length)
        this.#bodyLeft -= skipped
        rest = rest.subarray(skipped)
        continue
      }
      const taken = Math.min(HEADER_BYTES - this.#header.length, rest.length)
      this.#header = Buffer.concat([this.#header, rest.subarray(0, taken)])
      rest = rest.subarray(taken)
      this.#lost = this.#header[0] !== this.#magic
      if (this.#header.length === HEADER_BYTES && !this.#lost) {
        this.#onFrame(this.#header.readUInt8(1))
        this.#bodyLeft = this.#header.readUInt32BE(8)
        this.#header = Buffer.alloc(0)
      }
    }
  }
}
