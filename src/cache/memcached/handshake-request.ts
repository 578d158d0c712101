import { HEADER_BYTES, OPCODE, REQUEST_MAGIC } from "./protocol"
import { Request } from "./request"
import type { ResponseFrame } from "./response-frame"
import type { WriteBatch } from "./write-batch"

/**
 * A step of the handshake: it has no deadline of its own, because the handshake has one as a whole, and when it fails
 * there is nobody to tell but the connection, which knows.
 */
export class HandshakeRequest extends Request {
  readonly #key: string
  readonly #value: string
  readonly #done: (frame: ResponseFrame) => void

  constructor(opcode: number, done: (frame: ResponseFrame) => void, key = "", value = "") {
    super(opcode, HEADER_BYTES, Number.POSITIVE_INFINITY)
    this.#key = key
    this.#value = value
    this.#done = done
  }

  /** "SASL PLAIN" (RFC 4616): no authorization identity, user name, password, each preceded by a zero byte. */
  static saslPlain(username: string, password: string, done: (frame: ResponseFrame) => void): HandshakeRequest {
    return new HandshakeRequest(OPCODE.saslAuth, done, "PLAIN", `\0${username}\0${password}`)
  }

  override encode(batch: WriteBatch): void {
    const body = Buffer.from(this.#key + this.#value)
    const header = Buffer.alloc(HEADER_BYTES)
    header.writeUInt8(REQUEST_MAGIC, 0)
    header.writeUInt8(this.opcode, 1)
    header.writeUInt16BE(this.#key.length, 2)
    header.writeUInt32BE(body.length, 8)
    header.writeUInt32BE(this.opaque, 12)
    batch.addFrame(Buffer.concat([header, body]))
  }

  override isLast(): boolean {
    return true
  }

  override answer(frame: ResponseFrame): void {
    this.#done(frame)
  }

  override fail(): void {}
}
