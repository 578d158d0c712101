import type { CacheError } from "../errors"
import { HEADER_BYTES, MAX_BODY_BYTES, MAX_ITEM_BYTES, OPCODE, STATUS } from "./protocol"
import { toReply, unreachable } from "./reply"
import { type Admission, Request } from "./request"
import type { ResponseFrame } from "./response-frame"
import type { Command, Reply } from "./server"
import type { ServerTraffic } from "./server-traffic"
import type { TroubleWatch } from "./trouble-watch"
import type { WriteBatch } from "./write-batch"

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
