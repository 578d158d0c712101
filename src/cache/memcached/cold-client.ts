import { Client, type Server } from "memjs"

import { CacheError } from "../errors"

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
          const message = `${server} refused the statistics${group && ` "${group}"`}: ${error?.message ?? "no reason"}`
          reject(new CacheError("server_error", message, { cause: error }))
        }
      })
    })
  }
}
