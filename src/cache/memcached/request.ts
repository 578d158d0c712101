import type { Response } from "memjs"
import type { CacheError } from "../support/errors"
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
import { addMetaCommand } from "./meta-commands"
import { toReply, unreachable } from "./reply"
import type { Admission, ResponseView } from "./response-parser"
import type { Command, Reply } from "./server"
import type { ServerTraffic } from "./server-options"
import type { TroubleWatch } from "./trouble-watch"
import type { WriteBatch } from "./write-batch"

/**
 * A message that a connection sends and that is answered exactly once. Requests form a linked list, because memcached
 * works strictly in sequence on one connection and answers in that order.
 */
export abstract class Request {
  /** The request that was sent after this one. */
  next: Request | undefined = undefined
  /**
   * A number that returns in the response: "will be copied back to you in the response" (section "Packet Structure").
   */
  opaque = 0

  readonly opcode: number
  /** The memory that the unanswered request occupies, in bytes. */
  readonly sizeBytes: number
  /** The deadline on the clock of `Runtime.elapsed()`. */
  readonly deadline: number

  constructor(opcode: number, sizeBytes: number, deadline: number) {
    this.opcode = opcode
    this.sizeBytes = sizeBytes
    this.deadline = deadline
  }

  /** Whether it is a get that asks for the state of an item and not for its value. */
  get isWithoutValue(): boolean {
    return false
  }

  abstract encode(batch: WriteBatch): void

  /** Encodes it in the meta protocol, or one of the text protocol. Returns false when it has no form there. */
  abstract encodeMeta(batch: WriteBatch): boolean

  /** Decides about a response, once, before memory is allocated for it: a server can announce 4 GB in each response. */
  admit(frame: ResponseView): Admission {
    return frame.bodyBytes <= MAX_TEXT_BYTES ? "whole" : "refused"
  }

  /** Returns whether this is the last response to the request. Only stats has more than one. */
  abstract isLast(frame: ResponseView): boolean
  abstract answer(frame: ResponseView, connection: number): void
  abstract fail(error: CacheError): void
}

/**
 * The memory of an unanswered command besides its bytes: the request, the caller's closure and its state. Estimated.
 */
const OVERHEAD_BYTES = 256

/** The counters that record how a command ended. */
interface WatchedServer {
  readonly traffic: ServerTraffic
  readonly troubles: TroubleWatch
}

/** A command of the engine. This is the hot path: no promise, no copy, one object. */
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

  override get isWithoutValue(): boolean {
    return this.#command.op === "get" && this.#command.maxBytes === 0
  }

  override encode(batch: WriteBatch): void {
    batch.addCommand(this.#command, this.#keyBytes, this.opaque)
  }

  override encodeMeta(batch: WriteBatch): boolean {
    addMetaCommand(batch, this.#command, this.#keyBytes, this.opaque)
    return true
  }

  override admit(frame: ResponseView): Admission {
    if (this.#command.op !== "get" || frame.status !== STATUS.ok) return super.admit(frame)
    // Anyone who may write to the server may have stored a large item. Reading it must not end the connection each
    // time.
    if (frame.bodyBytes > MAX_BODY_BYTES) return "refused"
    const { maxBytes = MAX_ITEM_BYTES } = this.#command
    return frame.bodyBytes - frame.keyBytes - frame.extrasBytes <= maxBytes ? "whole" : "header"
  }

  override isLast(): boolean {
    return true
  }

  override answer(frame: ResponseView, connection: number): void {
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

/** A group of statistics. A line end would begin another command. */
const GROUP = /^[\x20-\x7e]*$/

/**
 * A request built by memjs's own client, for the cold commands (stats, version, touch, increment and so on). On its way
 * it carries an opaque of the connection, so that two clients on one server cannot mix up answers. Its response is a
 * copy, because memjs hands it to promises.
 */
export class MemjsRequest extends Request {
  readonly #frame: Buffer
  readonly #sequence: number
  readonly #handlers: MemjsHandlers
  #receivedBytes = 0

  /** Takes a frame, which will be changed. */
  constructor(frame: Buffer, deadline: number, handlers: MemjsHandlers) {
    super(frame.readUInt8(1), frame.length, deadline)
    this.#frame = frame
    this.#sequence = frame.readUInt32BE(12)
    this.#handlers = handlers
  }

  /**
   * Whether the key has a valid size. Memcached closes the connection over a wrong one, which would fail everybody's
   * commands on it.
   */
  get hasValidKey(): boolean {
    const keyBytes = this.#frame.readUInt16BE(2)
    return keyBytes <= MAX_KEY_BYTES && (keyBytes > 0 || KEYLESS_OPCODES.has(this.opcode))
  }

  override encode(batch: WriteBatch): void {
    this.#frame.writeUInt32BE(this.opaque, 12)
    batch.addFrame(this.#frame)
  }

  override encodeMeta(batch: WriteBatch): boolean {
    const line = this.#line
    if (line !== undefined) batch.addText(`${line}\r\n`)
    return line !== undefined
  }

  get #line(): string | undefined {
    const key = this.#frame.toString("latin1", HEADER_BYTES, HEADER_BYTES + this.#frame.readUInt16BE(2))
    switch (this.opcode) {
      case OPCODE.stat:
        return GROUP.test(key) ? `stats ${key}`.trim() : undefined
      case OPCODE.version:
        return "version"
      case OPCODE.noop:
        return "mn"
      default:
        return undefined
    }
  }

  /** Limits the total as well: endless lines of statistics would fill the memory, however short each of them is. */
  override admit(frame: ResponseView): Admission {
    this.#receivedBytes += HEADER_BYTES + frame.bodyBytes
    if (this.opcode === OPCODE.get) return frame.bodyBytes <= MAX_ITEM_BYTES ? "whole" : "refused"
    return this.#receivedBytes <= MAX_STATS_BYTES ? super.admit(frame) : "refused"
  }

  /**
   * Detects the end of "Stat": a series of responses, the last of which has neither key nor value. An error is the only
   * response.
   */
  override isLast(frame: ResponseView): boolean {
    return this.opcode !== OPCODE.stat || frame.isEnd
  }

  override answer(frame: ResponseView): void {
    this.#handlers.response(frame.asMemjs({ opcode: this.opcode, opaque: this.#sequence }))
  }

  override fail(error: CacheError): void {
    this.#handlers.error(error)
  }
}

/**
 * A step of the handshake, in one of the protocols. It has no deadline of its own, because the handshake has one as a
 * whole. When it fails, only the connection needs to know, and it does.
 */
abstract class HandshakeStep extends Request {
  readonly #done: (frame: ResponseView) => void

  constructor(opcode: number, done: (frame: ResponseView) => void) {
    super(opcode, HEADER_BYTES, Number.POSITIVE_INFINITY)
    this.#done = done
  }

  override isLast(): boolean {
    return true
  }

  override answer(frame: ResponseView): void {
    this.#done(frame)
  }

  override fail(): void {}
}

export class BinaryStep extends HandshakeStep {
  readonly #key: string
  readonly #value: string

  constructor(opcode: number, done: (frame: ResponseView) => void, key = "", value = "") {
    super(opcode, done)
    this.#key = key
    this.#value = value
  }

  /**
   * Builds a "SASL PLAIN" request (RFC 4616): no authorization identity, then user name and password, each preceded by
   * a zero byte.
   */
  static saslPlain(username: string, password: string, done: (frame: ResponseView) => void): BinaryStep {
    return new BinaryStep(OPCODE.saslAuth, done, "PLAIN", `\0${username}\0${password}`)
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

  override encodeMeta(): boolean {
    return false
  }
}

/** A step in the meta protocol, or in the text protocol that it belongs to. Its opcode is that of the answer. */
export class MetaStep extends HandshakeStep {
  readonly #text: string

  /** Takes the text with its line ends. */
  constructor(opcode: number, text: string, done: (frame: ResponseView) => void) {
    super(opcode, done)
    this.#text = text
  }

  /**
   * Builds the login of memcached's option -Y: a "set" whose value is user name and password. A server without -Y would
   * store it, so it expires at once.
   */
  static login(username: string, password: string, done: (frame: ResponseView) => void): MetaStep {
    const value = `${username} ${password}`
    const text = `set medusa-memcached-login 0 -1 ${Buffer.byteLength(value)}\r\n${value}\r\n`
    return new MetaStep(OPCODE.saslAuth, text, done)
  }

  override encode(): void {}

  override encodeMeta(batch: WriteBatch): boolean {
    batch.addFrame(Buffer.from(this.#text))
    return true
  }
}
