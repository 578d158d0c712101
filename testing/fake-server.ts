import type { Socket } from "node:net"
import { Header } from "memjs"
import { FakeListener } from "./fake-listener"

const HEADER_BYTES = 24
const REQUEST_MAGIC = 0x80

export interface FakeRequest {
  readonly opcode: number
  readonly opaque: number
  readonly key: string
}

/** What goes back for a request; undefined: nothing. */
export type FakeAnswer = (request: FakeRequest, socket: Socket) => Buffer | undefined

export function frame(
  request: FakeRequest,
  options: { status?: number; extras?: Buffer; value?: Buffer } = {}
): Buffer {
  const { status = 0, extras = Buffer.alloc(0), value = Buffer.alloc(0) } = options
  const header = Header.toBuffer({
    magic: 0x81,
    opcode: request.opcode,
    keyLength: 0,
    extrasLength: extras.length,
    status,
    totalBodyLength: extras.length + value.length,
    opaque: request.opaque,
  })
  return Buffer.concat([header, extras, value])
}

/** The header of a response that announces a body of this size. */
export function announcement(request: FakeRequest, bodyBytes: number, status = 0): Buffer {
  const header = frame(request, { status })
  header.writeUInt32BE(bodyBytes, 8)
  return header
}

/** The response to a get. */
export function hit(request: FakeRequest, value: string): Buffer {
  return frame(request, { extras: Buffer.alloc(4), value: Buffer.from(value) })
}

/**
 * A server of the binary protocol that lies, for what a real memcached cannot be made to do. Answers handshakes properly, and
 * hangs up over a header's worth of text, or answers each piece of text with `textAnswer`.
 */
export class FakeServer extends FakeListener {
  readonly received: FakeRequest[] = []
  readonly #answer: FakeAnswer
  readonly #textAnswer: string | undefined

  private constructor(answer: FakeAnswer, textAnswer?: string) {
    super()
    this.#answer = answer
    this.#textAnswer = textAnswer
  }

  static start(answer: FakeAnswer, textAnswer?: string): Promise<FakeServer> {
    return new FakeServer(answer, textAnswer).listen()
  }

  protected override serve(socket: Socket): void {
    let received = Buffer.alloc(0)
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received[0] !== REQUEST_MAGIC) {
        if (this.#textAnswer !== undefined) socket.write(this.#textAnswer)
        // Before it has as much as a header, memcached looks at nothing.
        else if (received.length >= HEADER_BYTES) socket.destroy()
        return
      }
      while (received.length >= HEADER_BYTES) {
        const header = Header.fromBuffer(received)
        const sizeBytes = HEADER_BYTES + header.totalBodyLength
        if (received.length < sizeBytes) {
          return
        }
        const keyStart = HEADER_BYTES + header.extrasLength
        const key = received.toString("utf8", keyStart, keyStart + header.keyLength)
        received = received.subarray(sizeBytes)
        this.#onRequest({ opcode: header.opcode, opaque: header.opaque, key }, socket)
      }
    })
  }

  #onRequest(request: FakeRequest, socket: Socket): void {
    this.received.push(request)
    const answer = this.#answer(request, socket) ?? (isHandshake(request) ? frame(request) : undefined)
    if (answer !== undefined && !socket.destroyed) {
      socket.write(answer)
    }
  }
}

/** VERSION, NOOP, and the question for the settings, which are empty. */
function isHandshake({ opcode }: FakeRequest): boolean {
  return opcode === 0x0b || opcode === 0x0a || opcode === 0x10
}
