import type { MemcachedServer } from "../memcached/server"
import type { Runtime } from "../runtime"

/** Since when each server is down, by the wall clock. */
export class ServerWatch {
  readonly #downSince = new Map<MemcachedServer, number>()

  constructor(servers: readonly MemcachedServer[], runtime: Runtime) {
    for (const server of servers) {
      server.onStateChange((state) => {
        // A failed attempt to connect is no end of an outage.
        if (state === "down") this.#downSince.set(server, this.#downSince.get(server) ?? runtime.now())
        else if (state === "ready") this.#downSince.delete(server)
      })
    }
  }

  /** Unix time in milliseconds; null while it is not down. */
  downSinceMs(server: MemcachedServer): number | null {
    return server.state === "down" ? (this.#downSince.get(server) ?? null) : null
  }
}
