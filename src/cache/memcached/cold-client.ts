import { Client, Server } from "memjs"
import { CacheError } from "../support/errors"
import { type MemjsHandlers, MemjsRequest } from "./request"

/**
 * memjs's own client, on top of a server whose input and output are replaced. Rare commands (statistics, version,
 * touch) need no second implementation this way.
 *
 * Its retries are off: they send commands again that may have been carried out, so that one increment counts twice. Its
 * logging of each failure to the console is off, too.
 */
export class ColdClient extends Client {
  constructor(server: Server) {
    super([server], { retries: 1, failover: false, logger: { log: () => undefined } })
  }

  /**
   * memjs wraps with a signed operation. From the 2^31st command on, which is five days at 5,000 a second, every
   * command would throw.
   */
  override incrSeq(): void {
    // The type is read-only, which is meant for users of the client.
    ;(this as { seq: number }).seq = (this.seq + 1) >>> 0
  }

  /**
   * Reads the statistics of a group (`settings`, `items`, `slabs` …), or the general ones. Rejects with a `CacheError`.
   */
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
 * The point where this package takes over from memjs. memjs's client reaches a server through `onResponse`, `onError`
 * and `write`, always in this order and synchronously. Replacing these three leaves the rest of memjs as it is, and
 * none of its code touches a socket any more.
 */
export abstract class MemjsTransport extends Server {
  /** The handlers registered for the request that is written next. */
  #response: MemjsHandlers["response"] = () => undefined
  #error: MemjsHandlers["error"] = () => undefined

  /** memjs gets neither user nor password: it would take them from the environment and keep them in plain sight. */
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

  /** The deadline of a command that is submitted now, on the clock of `Runtime.elapsed()`. */
  protected abstract nextDeadline(): number

  protected abstract submitMemjs(request: MemjsRequest): void
}
