/** The most that is allocated before the bytes arrive: room for an item of memcached's default size. */
const EAGER_BYTES = 2 * 1024 * 1024

/**
 * Bytes that arrive in pieces, and how many there will be. Each is copied once: appending chunk to chunk would copy a
 * value of 1 MB nine times. A large buffer grows with what has arrived, since a server may promise what never comes.
 */
export class ArrivingBytes {
  readonly #sizeBytes: number
  #bytes: Buffer
  #filled = 0

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes
    this.#bytes = Buffer.allocUnsafe(Math.min(sizeBytes, EAGER_BYTES))
  }

  /** All of them. Undefined while some are missing. */
  get whole(): Buffer | undefined {
    return this.#filled === this.#sizeBytes ? this.#bytes : undefined
  }

  /** Takes what belongs to it from `[offset, end)` of a chunk, or a part of that. Returns how many bytes. */
  take(chunk: Buffer, offset: number, end: number): number {
    const copied = chunk.copy(this.#bytes, this.#filled, offset, end)
    this.#filled += copied
    if (this.#filled === this.#bytes.length && this.#filled < this.#sizeBytes) {
      const larger = Buffer.allocUnsafe(Math.min(this.#sizeBytes, 2 * this.#bytes.length))
      this.#bytes.copy(larger)
      this.#bytes = larger
    }
    return copied
  }
}
