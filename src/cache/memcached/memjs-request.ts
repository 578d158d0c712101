import { type Response, Utils } from "memjs"

import type { CacheError } from "../errors"
import { HEADER_BYTES, MAX_ITEM_BYTES, MAX_KEY_BYTES, MAX_STATS_BYTES, OPCODE, STATUS } from "./protocol"
import { type Admission, Request } from "./request"
import type { ResponseFrame } from "./response-frame"
import type { WriteBatch } from "./write-batch"

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
