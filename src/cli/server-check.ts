import {
  type CacheError,
  Cluster,
  DependableServer,
  type ServerOptions,
  ServerStatistics,
  type ServerStats,
  ServerWatch,
  systemRuntime,
  tryConnections,
  tryItem,
} from "../cache"
import { isLoopback } from "../providers/memcached/server-address"

export interface ServerCheck {
  /** `host:port` */
  readonly id: string
  readonly tls: boolean
  /** What is sent to it does not leave the machine. */
  readonly isLoopback: boolean
  /** Why it cannot be used; undefined when it can. */
  readonly error: CacheError | undefined
  readonly authentication:
    | "accepted"
    /** A name and a password were given, and it would have let in anybody without them. */
    | "needless"
    | "none"
  /** null: it does not answer, or refuses to tell. */
  readonly stats: ServerStats | null
  /** false: when it is full it refuses what is to be stored. undefined: it does not tell. */
  readonly evicts: boolean | undefined
}

/** Looks at one server with the cache's own client. Never rejects, and every step of it has a time limit. */
export async function checkServer(options: ServerOptions): Promise<ServerCheck> {
  const server = new DependableServer(options)
  const cluster = new Cluster([server])
  const statistics = new ServerStatistics(cluster, new ServerWatch(cluster, systemRuntime), systemRuntime)
  try {
    const error =
      (await server.diagnose()) ??
      (await tryItem(server, systemRuntime)) ??
      (await tryConnections(server, systemRuntime))
    // After the trial, in whose connection the server was asked for its item limit.
    const [report] = server.state === "ready" ? await statistics.read() : []
    return {
      id: server.id,
      tls: options.tls !== undefined && options.tls !== false,
      isLoopback: isLoopback(options.host),
      error,
      authentication: error === undefined ? await authenticationOf(options) : "none",
      stats: report?.stats ?? null,
      evicts: error === undefined ? await evictsOf(server) : undefined,
    }
  } finally {
    await server.close()
  }
}

/** memcached's "stats settings" (protocol.txt): "on" is without -M. */
async function evictsOf(server: DependableServer): Promise<boolean | undefined> {
  const { evictions } = await server.stats("settings").catch((): Record<string, string> => ({}))
  return evictions === undefined ? undefined : evictions !== "off"
}

/** Of a server that has let us in. */
async function authenticationOf(options: ServerOptions): Promise<ServerCheck["authentication"]> {
  if (options.username === undefined) return "none"
  const stranger = new DependableServer({ ...options, username: undefined, password: undefined })
  return (await stranger.diagnose()) === undefined ? "needless" : "accepted"
}
