import { type Response, Utils } from "memjs"
import type { CacheError } from "../errors"
import {
  HEADER_BYTES,
  MAX_BODY_BYTES,
  MAX_ITEM_BYTES,
  MAX_KEY_BYTES,
  MAX_STATS_BYTES,
  MAX_TEXT_BYTES,
  OPCODE,
  REQUEST_MAGIC,
  STATUS,
} from "./protocol"
import { toReply, unreachable } from "./reply"
import type { Admission, ResponseFrame } from "./response-parser"
import type { Command, Reply } from "./server"
import type { ServerTraffic } from "./server-options"
import type { TroubleWatch } from "./trouble-watch"
import type { WriteBatch } from "./write-batch"

/**
 * Something that a connection sends and that is answered exactly once. Requests form a linked list, because they are
 * answered in the order in which they were sent: memcached works on one connection strictly in sequence.
 */
export abstract class Request {
  /** The one that was sent after this one. */
  next: Request | undefined = undefined
  /** Comes back in the response: "will be copied back to you in the response" (section "Packet Structure"). */
  opaque = 0

  readonly opcode: number
  /** What it occupies while it is not answered. */
  readonly sizeBytes: number
  /** On the clock of `Runtime.elapsed()`. */
  readonly deadline: number

  constructor(opcode: number, sizeBytes: number, deadline: number) {
    this.opcode = opcode
    this.sizeBytes = sizeBytes
    this.deadline = deadline
  }

  abstract encode(batch: WriteBatch): void

  /** Asked once for each response, before memory is set aside for it: a server can announce 4 GB in each of them. */
  admit(frame: ResponseFrame): Admission {
    return frame.bodyBytes <= MAX_TEXT_BYTES ? "whole" : "refused"
  }

  /** Is this the last response to the request? Only stats has more than one. */
  abstract isLast(frame: ResponseFrame): boolean
  abstract answer(frame: ResponseFrame, connection: number): void
  abstract fail(error: CacheError): void
}

/** What an unanswered command holds besides its bytes: the request, the caller's closure and its state. Estimated. */
const OVERHEAD_BYTES = 256

/** Who is told how a command ended. */
interface WatchedServer {
  readonly traffic: ServerTraffic
  readonly troubles: TroubleWatch
}

/** A command of the engine: the hot path. No promise, no copy, one object. */
export class CommandRequest extends Request {
  readonly #command: Command
  readonly #keyBytes: number
  readonly #watched: WatchedServer
  readonly #done: (reply: Reply) => void

  constructor(
    command: Command,
    keyBytes: number,
    deadline: number,
    watched: WatchedServer,
    done: (reply: Reply) => void
  ) {
    const valueBytes = command.op === "get" || command.op === "delete" ? 0 : command.value.length
    super(OPCODE[command.op], OVERHEAD_BYTES + HEADER_BYTES + keyBytes + valueBytes, deadline)
    this.#command = command
    this.#keyBytes = keyBytes
    this.#watched = watched
    this.#done = done
  }

  override encode(batch: WriteBatch): void {
    batch.addCommand(this.#command, this.#keyBytes, this.opaque)
  }

  override admit(frame: ResponseFrame): Admission {
    if (this.#command.op !== "get" || frame.status !== STATUS.ok) return super.admit(frame)
    // Whoever may write to the server may have put it there: that must not end the connection each time it is read.
    if (frame.bodyBytes > MAX_BODY_BYTES) return "refused"
    const { maxBytes = MAX_ITEM_BYTES } = this.#command
    return frame.bodyBytes - frame.keyBytes - frame.extrasBytes <= maxBytes ? "whole" : "header"
  }

  override isLast(): boolean {
    return true
  }

  override answer(frame: ResponseFrame, connection: number): void {
    const reply = toReply(this.#command.op, frame, connection)
    if (reply.status === "server_error") this.#watched.traffic.errors += 1
    this.#watched.troubles.note(this.#command.op, reply, frame.status === STATUS.outOfMemory)
    this.#done(reply)
  }

  override fail(error: CacheError): void {
    this.#watched.traffic.errors += 1
    this.#done(unreachable(error))
  }
}

export interface MemjsHandlers {
  readonly response: (response: Response) => void
  readonly error: (error: Error) => void
}

/** Commands that are sent without a key: quit, flush, noop, version, stat. */
const KEYLESS_OPCODES: ReadonlySet<number> = new Set([0x07, 0x08, OPCODE.noop, OPCODE.version, OPCODE.stat])

/**
 * A request that memjs's own client built: the cold commands (stats, version, touch, increment and so on). Its opaque is
 * replaced by one of the connection while it is on its way, so that two clients on one server cannot mix up answers, and
 * its response is a copy, because memjs hands it to promises.
 */
export class MemjsRequest extends Request {
  readonly #frame: Buffer
  readonly #sequence: number
  readonly #handlers: MemjsHandlers
  #receivedBytes = 0

  /** `frame` will be changed. */
  constructor(frame: Buffer, deadline: number, handlers: MemjsHandlers) {
    super(frame.readUInt8(1), frame.length, deadline)
    this.#frame = frame
    this.#sequence = frame.readUInt32BE(12)
    this.#handlers = handlers
  }

  /** Memcached closes the connection over a key of the wrong size, which would fail everybody's commands on it. */
  get hasValidKey(): boolean {
    const keyBytes = this.#frame.readUInt16BE(2)
    return keyBytes <= MAX_KEY_BYTES && (keyBytes > 0 || KEYLESS_OPCODES.has(this.opcode))
  }

  override encode(batch: WriteBatch): void {
    this.#frame.writeUInt32BE(this.opaque, 12)
    batch.addFrame(this.#frame)
  }

  /** What lines of statistics have no end to would fill the memory, however short each of them is. */
  override admit(frame: ResponseFrame): Admission {
    this.#receivedBytes += frame.sizeBytes
    if (this.opcode === OPCODE.get) return frame.bodyBytes <= MAX_ITEM_BYTES ? "whole" : "refused"
    return this.#receivedBytes <= MAX_STATS_BYTES ? super.admit(frame) : "refused"
  }

  /** "Stat": a series of responses, the last of which has neither key nor value. An error is the only response. */
  override isLast(frame: ResponseFrame): boolean {
    return this.opcode !== OPCODE.stat || frame.status !== STATUS.ok || frame.bodyBytes === 0
  }

  override answer(frame: ResponseFrame): void {
    const copy = frame.copy()
    copy.writeUInt32BE(this.#sequence, HEADER_BYTES - 12)
    this.#handlers.response(Utils.parseMessage(copy))
  }

  override fail(error: CacheError): void {
    this.#handlers.error(error)
  }
}

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
