import { Client, Server } from "memjs"
import { CacheError } from "../errors"
import { type MemjsHandlers, MemjsRequest } from "./request"

/**
 * memjs's own client, on top of a server whose input and output were replaced: what is rarely asked (statistics, version,
 * touch) does not need a second implementation.
 *
 * Its retries are off, because they send a command again that may have been carried out, so that one increment counts
 * twice; so is its logging of each failure to the console.
 */
export class ColdClient extends Client {
  constructor(server: Server) {
    super([server], { retries: 1, failover: false, logger: { log: () => undefined } })
  }

  /** memjs wraps with a signed operation: from the 2^31st command on, five days at 5,000 a second, each would throw. */
  override incrSeq(): void {
    // Declared as read-only, which is meant for users of the client.
    ;(this as { seq: number }).seq = (this.seq + 1) >>> 0
  }

  /** The statistics of a group (`settings`, `items`, `slabs` …), or the general ones. Rejects with a `CacheError`. */
  statsOf(group: string): Promise<Record<string, string>> {
    return new Promise((resolve, reject) => {
      this.statsWithKey(group, (error, server, stats) => {
        if (stats !== null) {
          resolve(stats)
        } else if (error instanceof CacheError) {
          reject(error)
        } else {
          const message = `${server} refused to return statistics${group && ` "${group}"`}: ${error?.message ?? "reason unknown"}`
          reject(new CacheError("server_error", message, { cause: error }))
        }
      })
    })
  }
}

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
