import type { Cluster } from "../memcached/cluster"
import type { MemcachedServer, Trouble, TroubleKind } from "../memcached/server"
import type { CacheParts } from "../parts"
import type { Runtime } from "../support/runtime"

export interface Health {
  /**
   * - healthy: no server is known to be away.
   * - degraded: a server is away, so that lookups of its entries are misses, or a server that answers is useless in whole
   *   or in part, or a clear has not been delivered to a server. Until it is delivered, nothing is served from there.
   * - unreachable: all servers are away, so every lookup is a miss.
   */
  readonly status: "healthy" | "degraded" | "unreachable"
  readonly reason: "circuit_open" | "several_servers" | "clear_pending" | TroubleKind | null
  /** Unix time in milliseconds; null when healthy. */
  readonly sinceMs: number | null
}

/** Derives the health from what is known, without asking any server. */
export function healthOf(
  { cluster: { servers }, log, runtime }: Pick<CacheParts, "cluster" | "log" | "runtime">,
  watch: ServerWatch
): Health {
  const away = servers.filter((server) => server.state === "down")
  const since = away.flatMap((server) => watch.downSinceMs(server) ?? [])
  const sinceMs = since.length > 0 ? Math.min(...since) : null
  if (log.unreachable) return { status: "unreachable", reason: whyAway(away), sinceMs }
  // Report the trouble before its consequence, a clear that cannot be delivered.
  const [trouble] = servers.flatMap((server) => server.trouble ?? [])
  if (trouble) return troubled(trouble)
  if (away.length > 0) return { status: "degraded", reason: whyAway(away), sinceMs }
  const { distrustedSince } = log.status()
  if (distrustedSince === undefined) return { status: "healthy", reason: null, sinceMs: null }
  const pendingSinceMs = Math.round(runtime.now() - (runtime.elapsed() - distrustedSince))
  return { status: "degraded", reason: "clear_pending", sinceMs: pendingSinceMs }
}

const whyAway = (servers: readonly MemcachedServer[]): "several_servers" | "circuit_open" =>
  servers.some(({ downReason }) => downReason?.code === "several_servers") ? "several_servers" : "circuit_open"

const troubled = ({ kind, sinceMs }: Trouble): Health => ({ status: "degraded", reason: kind, sinceMs })

/** Remembers since when each server has been down, by the wall clock. */
export class ServerWatch {
  readonly #downSince = new WeakMap<MemcachedServer, number>()

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
