import type { Socket } from "node:net"

import { CacheError } from "../support/errors"
import { callBack } from "./callback-guard"
import { authenticationFailed, foreignProtocol, notInMeta, socketError, strayResponse } from "./connection-error"
import { connectedEvent, connectSocket } from "./connect-socket"
import { DeadlineWatch } from "./deadline-watch"
import { type Handshaker, shakeHands } from "./handshake"
import { shakeHandsInText } from "./meta-handshake"
import { STATUS } from "./protocol"
import type { Request } from "./request"
import { RequestQueue } from "./request-queue"
import { MetaParser } from "./meta-parser"
import { type Admission, type ResponseHandler, ResponseParser, type ResponseView } from "./response-parser"
import type { Protocol, ResolvedServerOptions } from "./server-options"
import { WriteBatch } from "./write-batch"
import type { Peer } from "./server"

/** Events of a connection for its owner. */
export interface ConnectionEvents {
  /** The handshake is done, and `send` may be called. */
  onReady(): void
  /** Every request that was sent has been answered. */
  onDrained(): void
  /** The connection is over. Called once, before outstanding requests fail. */
  onLost(error: CacheError): void
  /** The requests of this tick go to the socket, in one write. */
  onWrite(): void
}

/** The idle time after which the kernel checks that the other side is still there, in milliseconds. */
const KEEP_ALIVE_DELAY_MS = 30_000

/** A process never reuses these numbers, unlike a server's compare-and-swap numbers. */
let connectionCount = 0

/**
 * One TCP or TLS connection, from its first byte to its last. A new `Connection` with a new parser follows a broken
 * one, and anything that an old connection still receives is ignored.
 *
 * Memcached answers in the order of the requests, so a response must belong to the oldest unanswered request. Opcode
 * and opaque are compared nevertheless, and a response that does not match ends the connection. Losing its answers is
 * harmless; handing one key's value to another is not.
 */
export class Connection implements ResponseHandler, Handshaker {
  readonly number = ++connectionCount

  readonly protocol: Protocol
  readonly #options: ResolvedServerOptions
  readonly #events: ConnectionEvents
  readonly #outstanding = new RequestQueue()
  readonly #batch = new WriteBatch()
  readonly #parser: Pick<ResponseParser, "push">
  readonly #handshakeWatch: DeadlineWatch
  readonly #socket: Socket
  readonly #closed: Promise<void>
  #state: "opening" | "ready" | "dead" = "opening"
  #isConnected = false
  #nextOpaque: number
  #writeScheduled = false
  #readCount = 0
  #isSilent = false

  /**
   * Opens the connection. It does not keep the process alive, unless somebody waits for its handshake. The lookup of its
   * name does until it is over, since nothing can end it.
   */
  constructor(options: ResolvedServerOptions, protocol: Protocol, events: ConnectionEvents, keepsProcessAlive = false) {
    this.#options = options
    this.protocol = protocol
    this.#events = events
    this.#parser = protocol === "meta" ? new MetaParser(this) : new ResponseParser(this)
    // Any start will do. An unpredictable one makes a forged response a little harder still.
    this.#nextOpaque = Math.floor(options.runtime.random() * 2 ** 32)
    this.#handshakeWatch = this.#watchHandshake(keepsProcessAlive)
    this.#socket = this.#openSocket()
    this.#closed = new Promise((resolve) => this.#socket.once("close", () => resolve()))
    this.#handshakeWatch.start()
  }

  /** Whether the other side has been reached, so that what failed afterwards may be a matter of the protocol. */
  get isConnected(): boolean {
    return this.#isConnected
  }

  /** Whether the handshake has got no answer in time, which says nothing of the protocol. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  get isReady(): boolean {
    return this.#state === "ready"
  }

  /** The other end. Undefined before the socket is connected. */
  get peer(): Peer | undefined {
    const { remoteAddress: address, remotePort: port } = this.#socket
    return address !== undefined && port !== undefined ? { address, port } : undefined
  }

  /** The oldest request without an answer. */
  get head(): Request | undefined {
    return this.#outstanding.head
  }

  get outstandingBytes(): number {
    return this.#outstanding.sizeBytes
  }

  /** The number of reads so far. */
  get readCount(): number {
    return this.#readCount
  }

  send(request: Request): void {
    request.opaque = this.#nextOpaque
    this.#nextOpaque = (this.#nextOpaque + 1) >>> 0
    if (this.protocol === "binary") request.encode(this.#batch)
    else if (!request.encodeMeta(this.#batch)) {
      this.#options.runtime.defer(() => callBack(() => request.fail(notInMeta(this.#options.id))))
      return
    }
    this.#outstanding.push(request)
    if (!this.#writeScheduled) {
      this.#writeScheduled = true
      process.nextTick(this.#write)
    }
  }

  /** Drops the connection. Outstanding requests fail with this error. The owner calls this, so it gets no event. */
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
    const isOpening = this.#state === "opening"
    this.#lose(isOpening ? foreignProtocol(this.#options, bytes, this.protocol) : strayResponse(this.#options.id))
  }

  onHeader(frame: ResponseView): Admission {
    const admission = this.#admit(frame)
    if (admission === "refused") {
      this.#lose(strayResponse(this.#options.id))
    } else if (frame.status === STATUS.authenticationError) {
      this.#lose(authenticationFailed(this.#options))
      return "refused"
    }
    return admission
  }

  #admit(frame: ResponseView): Admission {
    const head = this.#outstanding.head
    return head !== undefined && frame.isAnswerTo(head) ? head.admit(frame) : "refused"
  }

  onResponse(frame: ResponseView): boolean {
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

  /**
   * Ends a connection that broke by itself. The owner hears of it before the callbacks, so that they see its new state.
   */
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
    const { protocol } = this
    const { id, tls } = this.#options
    const socket = connectSocket(this.#options, (chunk) => this.#onRead(chunk))
    socket.unref()
    socket.once(connectedEvent(tls), () => {
      this.#isConnected = true
      socket.unref() // again: trying several addresses of a name replaces the handle
      socket.setNoDelay(true)
      socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS)
      if (protocol === "meta") shakeHandsInText(this.#options, this)
      else shakeHands(this.#options, this)
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
      expired: () => {
        this.#isSilent = true
        this.#lose(new CacheError("unreachable", `${id} did not complete a handshake within ${connectTimeoutMs} ms`))
      },
    })
  }
}
