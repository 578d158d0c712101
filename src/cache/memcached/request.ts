import type { CacheError } from "../errors"
import { MAX_TEXT_BYTES } from "./protocol"
import type { ResponseFrame } from "./response-frame"
import type { WriteBatch } from "./write-batch"

/**
 * What becomes of a response, by its header. whole: it is kept until it is complete. header: the bytes of its body are dropped
 * as they come. refused: no server answers so.
 */
export type Admission = "whole" | "header" | "refused"

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
