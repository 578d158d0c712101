import type { Socket } from "node:net"

import { CacheError } from "../errors"
import { callBack } from "./callback-guard"
import { authenticationFailed, foreignProtocol, socketError, strayResponse } from "./connection-error"
import { connectedEvent, connectSocket } from "./connect-socket"
import { DeadlineWatch } from "./deadline-watch"
import { type Handshaker, shakeHands } from "./handshake"
import { STATUS } from "./protocol"
import type { Request } from "./request"
import { RequestQueue } from "./request-queue"
import { type Admission, type ResponseFrame, type ResponseHandler, ResponseParser } from "./response-parser"
import type { ResolvedServerOptions } from "./server-options"
import { WriteBatch } from "./write-batch"

/** What a connection tells its owner. */
export interface ConnectionEvents {
  /** The handshake is done: `send` may be called. */
  onReady(): void
  /** Every request that was sent is answered. */
  onDrained(): void
  /** It is over, called once. What was outstanding fails after this call. */
  onLost(error: CacheError): void
  /** What was sent in this tick goes to the socket, in one write. */
  onWrite(): void
}

/** Idle time after which the kernel asks whether the other side is still there, in milliseconds. */
const KEEP_ALIVE_DELAY_MS = 30_000

/** Never reused in this process, unlike a server's compare-and-swap numbers. */
let connectionCount = 0

/**
 * One TCP or TLS connection, from its first byte to its last; what follows a broken one is a new `Connection` with a new
 * parser, and nothing that an old one still receives is looked at.
 *
 * Memcached answers in the order of the requests, so the oldest unanswered request must be the one that a response is
 * for. Opcode and opaque are compared nevertheless, and a response that fits nothing ends the connection: losing its
 * answers is harmless, handing one key's value to another is not.
 */
export class Connection implements ResponseHandler, Handshaker {
  readonly number = ++connectionCount

  readonly #options: ResolvedServerOptions
  readonly #events: ConnectionEvents
  readonly #outstanding = new RequestQueue()
  readonly #batch = new WriteBatch()
  readonly #parser = new ResponseParser(this)
  readonly #handshakeWatch: DeadlineWatch
  readonly #socket: Socket
  readonly #closed: Promise<void>
  #state: "opening" | "ready" | "dead" = "opening"
  #nextOpaque: number
  #writeScheduled = false
  #readCount = 0

  /** A connection does not keep the process alive, unless somebody waits for its handshake. */
  constructor(options: ResolvedServerOptions, events: ConnectionEvents, keepsProcessAlive = false) {
    this.#options = options
    this.#events = events
    // Any start will do; one that cannot be guessed makes a forged response a little harder still.
    this.#nextOpaque = Math.floor(options.runtime.random() * 2 ** 32)
    this.#handshakeWatch = this.#watchHandshake(keepsProcessAlive)
    this.#socket = this.#openSocket()
    this.#closed = new Promise((resolve) => this.#socket.once("close", () => resolve()))
    this.#handshakeWatch.start()
  }

  get isReady(): boolean {
    return this.#state === "ready"
  }

  /** The oldest request without an answer. */
  get head(): Request | undefined {
    return this.#outstanding.head
  }

  get outstandingBytes(): number {
    return this.#outstanding.sizeBytes
  }

  /** Grows with each read. */
  get readCount(): number {
    return this.#readCount
  }

  send(request: Request): void {
    request.opaque = this.#nextOpaque
    this.#nextOpaque = (this.#nextOpaque + 1) >>> 0
    request.encode(this.#batch)
    this.#outstanding.push(request)
    if (!this.#writeScheduled) {
      this.#writeScheduled = true
      process.nextTick(this.#write)
    }
  }

  /** Drops the connection; what is outstanding fails with this error. The owner knows, so it is not told. */
  destroy(error: CacheError): void {
    if (this.#state !== "dead") {
      this.#end()
      this.#outstanding.failAll(error)
    }
  }

  onHandshakeDone(): void {
    this.#state = "ready"
    this.#handshakeWatch.stop()
    this.#events.onReady()
  }

  onHandshakeFailed(error: CacheError): void {
    this.#lose(error)
  }

  /** Resolves when the socket is closed. */
  get closed(): Promise<void> {
    return this.#closed
  }

  onForeignBytes(bytes: Buffer): void {
    const { id } = this.#options
    this.#lose(this.#state === "opening" ? foreignProtocol(id, bytes) : strayResponse(id))
  }

  onHeader(frame: ResponseFrame): Admission {
    const admission = this.#admit(frame)
    if (admission === "refused") {
      this.#lose(strayResponse(this.#options.id))
    } else if (frame.status === STATUS.authenticationError) {
      this.#lose(authenticationFailed(this.#options))
      return "refused"
    }
    return admission
  }

  #admit(frame: ResponseFrame): Admission {
    const head = this.#outstanding.head
    const isAnswer =
      head !== undefined &&
      frame.opaque === head.opaque &&
      frame.opcode === head.opcode &&
      frame.bodyBytes >= frame.keyBytes + frame.extrasBytes
    return isAnswer ? head.admit(frame) : "refused"
  }

  onResponse(frame: ResponseFrame): boolean {
    const head = this.#outstanding.head
    if (head === undefined) {
      return false
    }
    if (head.isLast(frame)) {
      this.#outstanding.shift()
    }
    callBack(() => head.answer(frame, this.number))
    return this.#state !== "dead"
  }

  /** The connection broke by itself. The owner is told before the callbacks, so that they see its new state. */
  #lose(error: CacheError): void {
    if (this.#state !== "dead") {
      this.#end()
      this.#events.onLost(error)
      this.#outstanding.failAll(error)
    }
  }

  #end(): void {
    this.#state = "dead"
    this.#handshakeWatch.stop()
    this.#socket.destroy()
  }

  #openSocket(): Socket {
    const { id, tls } = this.#options
    const socket = connectSocket(this.#options, (chunk) => this.#onRead(chunk))
    socket.unref()
    socket.once(connectedEvent(tls), () => {
      socket.unref() // again: trying several addresses of a name replaces the handle
      socket.setNoDelay(true)
      socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS)
      shakeHands(this.#options, this)
    })
    socket.on("error", (error) => this.#lose(socketError(this.#options, error, this.#state === "opening")))
    socket.on("end", () => this.#lose(new CacheError("unreachable", `${id} closed the connection`)))
    socket.on("close", () => this.#lose(new CacheError("unreachable", `${id} closed the connection`)))
    return socket
  }

  #onRead(chunk: Buffer): void {
    if (this.#state !== "dead") {
      this.#readCount++
      this.#parser.push(chunk)
      if (this.#outstanding.head === undefined && this.isReady) {
        this.#events.onDrained()
      }
    }
  }

  readonly #write = (): void => {
    this.#writeScheduled = false
    if (this.#state !== "dead") {
      this.#events.onWrite()
      this.#batch.writeTo(this.#socket)
    }
  }

  #watchHandshake(keepsProcessAlive: boolean): DeadlineWatch {
    const { id, runtime, connectTimeoutMs } = this.#options
    const dueAt = runtime.elapsed() + connectTimeoutMs
    return new DeadlineWatch(runtime, {
      keepsProcessAlive,
      graceMaxMs: connectTimeoutMs,
      dueAt: () => (this.#state === "opening" ? dueAt : undefined),
      progress: () => this.#socket.bytesRead,
      expired: () =>
        this.#lose(new CacheError("unreachable", `${id} did not complete a handshake within ${connectTimeoutMs} ms`)),
    })
  }
}
