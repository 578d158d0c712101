import type { Cluster } from "../memcached/cluster"
import type { MemcachedServer, Trouble, TroubleKind } from "../memcached/server"
import type { CacheParts } from "../parts"
import type { Runtime } from "../runtime"

export interface Health {
  /**
   * - healthy: no server is known to be away.
   * - degraded: a server other than the log's is away, or a server that answers is useless in whole or in part, or a
   *   clear has not been delivered. Until it is delivered, nothing is served.
   * - unreachable: the log's server is away, so every lookup is a miss.
   */
  readonly status: "healthy" | "degraded" | "unreachable"
  readonly reason: "circuit_open" | "several_servers" | "clear_pending" | TroubleKind | null
  /** Unix time in milliseconds; null when healthy. */
  readonly sinceMs: number | null
}

/** Derives the health from what is known, without asking any server. */
export function healthOf(
  { cluster: { first, servers }, log, runtime }: Pick<CacheParts, "cluster" | "log" | "runtime">,
  watch: ServerWatch
): Health {
  if (log.unreachable) return { status: "unreachable", reason: whyAway([first]), sinceMs: watch.downSinceMs(first) }
  // Report the trouble before its consequence, a clear that cannot be delivered.
  if (first.trouble) return troubled(first.trouble)
  const { distrustedSince } = log.status()
  if (distrustedSince !== undefined) {
    const sinceMs = Math.round(runtime.now() - (runtime.elapsed() - distrustedSince))
    return { status: "degraded", reason: "clear_pending", sinceMs }
  }
  const away = servers.filter((server) => server.state === "down")
  if (away.length > 0) {
    const since = away.flatMap((server) => watch.downSinceMs(server) ?? [])
    return { status: "degraded", reason: whyAway(away), sinceMs: since.length > 0 ? Math.min(...since) : null }
  }
  const [trouble] = servers.flatMap((server) => server.trouble ?? [])
  return trouble ? troubled(trouble) : { status: "healthy", reason: null, sinceMs: null }
}

const whyAway = (servers: readonly MemcachedServer[]): "several_servers" | "circuit_open" =>
  servers.some(({ downReason }) => downReason?.code === "several_servers") ? "several_servers" : "circuit_open"

const troubled = ({ kind, sinceMs }: Trouble): Health => ({ status: "degraded", reason: kind, sinceMs })

/** Remembers since when each server has been down, by the wall clock. */
export class ServerWatch {
  readonly #downSince = new Map<MemcachedServer, number>()

  constructor(cluster: Pick<Cluster, "onStateChange">, runtime: Runtime) {
    cluster.onStateChange((server, state) => {
      // A failed attempt to connect does not end an outage.
      if (state === "down") this.#downSince.set(server, this.#downSince.get(server) ?? runtime.now())
      else if (state === "ready") this.#downSince.delete(server)
    })
  }

  /** Returns a Unix time in milliseconds, or null while the server is not down. */
  downSinceMs(server: MemcachedServer): number | null {
    return server.state === "down" ? (this.#downSince.get(server) ?? null) : null
  }
}
