import { Server } from "memjs"

import { type MemjsHandlers, MemjsRequest } from "./memjs-request"

/**
 * Where this package takes over from memjs. Its client reaches a server through `onResponse`, `onError` and `write`, always
 * in this order and synchronously; replacing the three leaves everything else of memjs as it is, and none of its code
 * that touches a socket is reached any more.
 */
export abstract class MemjsTransport extends Server {
  /** What was registered for the request that is about to be written. */
  #response: MemjsHandlers["response"] = () => undefined
  #error: MemjsHandlers["error"] = () => undefined

  /** memjs would take user and password from the environment, and keeps them in the open: it gets neither. */
  constructor(host: string, port: number) {
    super(host, port, undefined, undefined, {})
  }

  override onResponse(_sequence: number, response: MemjsHandlers["response"]): void {
    this.#response = response
  }

  override onError(_sequence: number, error: MemjsHandlers["error"]): void {
    this.#error = error
  }

  override write(blob: Uint8Array | string): void {
    const frame = typeof blob === "string" ? Buffer.from(blob, "latin1") : Buffer.from(blob)
    this.submitMemjs(new MemjsRequest(frame, this.nextDeadline(), { response: this.#response, error: this.#error }))
  }

  /** Of a command that is submitted now, on the clock of `Runtime.elapsed()`. */
  protected abstract nextDeadline(): number

  protected abstract submitMemjs(request: MemjsRequest): void
}
